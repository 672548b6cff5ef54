import type { ReactNode } from 'react';
import { Icon, IconButton, type IconName } from '../kit';

interface BannerProps {
  readonly tone: 'note' | 'warn' | 'bad';
  readonly icon?: IconName;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose?: () => void;
}

export function Banner({ tone, icon = 'warn', children, actions, onClose }: BannerProps) {
  return (
    <div className={`banner banner-${tone}`} role={tone === 'note' ? 'status' : 'alert'}>
      <Icon name={icon} />
      <div className="banner-text">{children}</div>
      {actions}
      {onClose && (
        <IconButton small label="Close" onClick={onClose}>
          <Icon name="close" size={14} />
        </IconButton>
      )}
    </div>
  );
}
