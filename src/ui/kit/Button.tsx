import { ActionIcon, Button as MantineButton, Tooltip as MantineTooltip } from '@mantine/core';
import type { ReactNode, Ref } from 'react';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  /** 'main' is the one accent button of a view. */
  readonly tone?: 'main' | 'plain' | 'quiet' | 'danger';
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
  readonly loading?: boolean;
  readonly title?: string;
  readonly wide?: boolean;
  readonly size?: 'small' | 'normal';
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

const VARIANTS = { main: 'filled', plain: 'default', quiet: 'subtle', danger: 'default' } as const;

export function Button(props: ButtonProps) {
  const { children, tone = 'plain', icon, wide = false, size = 'normal', ...rest } = props;
  return (
    <MantineButton
      {...rest}
      type="button"
      variant={VARIANTS[tone]}
      color={tone === 'quiet' ? 'gray' : 'accent'}
      size={size === 'small' ? 'compact-xs' : 'xs'}
      fullWidth={wide}
      leftSection={icon}
      data-tone={tone}
    >
      {children}
    </MantineButton>
  );
}

export interface IconButtonProps {
  /** Accessible name and tooltip. */
  readonly label: string;
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly small?: boolean;
  readonly className?: string;
}

export function IconButton({ label, children, pressed, small, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <ActionIcon
        {...rest}
        type="button"
        variant="subtle"
        color="gray"
        size={small ? 26 : 32}
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <MantineTooltip
      label={text}
      openDelay={400}
      multiline
      maw={300}
      fz={12}
      events={{ hover: true, focus: true, touch: false }}
    >
      {children as React.ReactElement}
    </MantineTooltip>
  );
}
