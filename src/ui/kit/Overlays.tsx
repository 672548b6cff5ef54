import {
  Drawer as MantineDrawer,
  Menu as MantineMenu,
  Modal as MantineModal,
  Popover as MantinePopover,
} from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

interface OverlayProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
}

/** The head of a dialog is no banner of the page. */
const PLAIN_HEADER = { header: { role: 'none' } } as const;

interface ModalProps extends OverlayProps {
  readonly size?: number;
  /** Takes the whole window, as phones need it. */
  readonly fullScreen?: boolean;
}

export function Modal({ open, onClose, title, children, size = 640, fullScreen = false }: ModalProps) {
  return (
    <MantineModal
      opened={open}
      onClose={onClose}
      title={title}
      size={size}
      fullScreen={fullScreen}
      centered
      attributes={PLAIN_HEADER}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </MantineModal>
  );
}

export function Drawer({
  open,
  onClose,
  title,
  children,
  side,
}: OverlayProps & { side: 'left' | 'right' | 'bottom' }) {
  return (
    <MantineDrawer
      opened={open}
      onClose={onClose}
      title={title}
      position={side}
      size={side === 'bottom' ? '80%' : 320}
      padding="sm"
      attributes={PLAIN_HEADER}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </MantineDrawer>
  );
}

export interface MenuItem {
  readonly label: string;
  readonly detail?: string;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  readonly trigger: ReactElement;
  readonly items: readonly MenuItem[];
}

export function Menu({ trigger, items }: MenuProps) {
  return (
    <MantineMenu transitionProps={{ duration: 0 }} position="bottom-end" withinPortal>
      <MantineMenu.Target>{trigger}</MantineMenu.Target>
      <MantineMenu.Dropdown maw={340}>
        {items.map((item) => (
          <MantineMenu.Item
            key={item.label}
            onClick={item.onSelect}
            fz={13}
            disabled={item.disabled ?? false}
            aria-current={item.checked ? 'true' : undefined}
          >
            <span className={item.checked ? 'menu-checked' : ''}>{item.label}</span>
            {item.detail && <span className="menu-detail">{item.detail}</span>}
          </MantineMenu.Item>
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  );
}

interface PopoverProps {
  readonly open: boolean;
  readonly onChange: (open: boolean) => void;
  readonly trigger: ReactElement;
  readonly children: ReactNode;
}

/** A note beside its trigger that takes the focus and gives it back. */
export function Popover({ open, onChange, trigger, children }: PopoverProps) {
  return (
    <MantinePopover
      opened={open}
      onChange={onChange}
      transitionProps={{ duration: 0 }}
      trapFocus
      returnFocus
      withinPortal
      shadow="md"
    >
      <MantinePopover.Target>{trigger}</MantinePopover.Target>
      <MantinePopover.Dropdown className="term-popover">{children}</MantinePopover.Dropdown>
    </MantinePopover>
  );
}
