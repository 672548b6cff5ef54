/** Line icons on a 16 px grid, drawn for this page. Decorative: the control beside them carries the name. */
const PATHS = {
  play: 'M5 3.2v9.6l7.5-4.8z',
  pause: 'M5 3v10M11 3v10',
  step: 'M4 3.5v9l6-4.5zM12.5 3.5v9',
  reset: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3',
  share: 'M8 10V2.2M5 5l3-3 3 3M3.5 8.5v5h9v-5',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3 5.3 5.3 0 1 0 13 9.6z',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.3v.2',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  plus: 'M8 3v10M3 8h10',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  eye: 'M1.5 8s2.4-4.2 6.5-4.2S14.5 8 14.5 8 12.1 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6',
  hidden:
    'M2 2l12 12M6.2 4c.6-.1 1.2-.2 1.8-.2 4.1 0 6.5 4.2 6.5 4.2s-.7 1.3-2 2.4M9.6 11.9c-.5.2-1 .3-1.6.3-4.1 0-6.5-4.2-6.5-4.2S2.400 6.300 4 5.200',
  trash: 'M3 4.500h10M6.500 4.500V3h3v1.500M4.200 4.500l.6 8.500h6.400l.6-8.500',
  chevron: 'M4 6l4 4 4-4',
  more: 'M3.500 8h.01M8 8h.01M12.500 8h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  file: 'M4 1.800h5l3.500 3.500v9H4zM9 1.800v3.500h3.500',
  folder: 'M2 4h4l1.500 1.500H14V13H2z',
  warn: 'M8 2 14.500 13.500h-13zM8 6.500v3.500M8 12v.1',
  check: 'M3 8.500 6.500 12 13 4.500',
  table: 'M2 3.500h12v9H2zM2 6.500h12M2 9.500h12M6.500 3.500v9',
  chart: 'M2.500 2.500v11h11M4.500 10.500l3-3.500 2.500 2 3.500-4.500',
  info: 'M8 7v4.500M8 4.500v.1M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13',
  chip: 'M4.500 4.500h7v7h-7zM6.500 2v2.500M9.500 2v2.500M6.500 11.500V14M9.500 11.500V14M2 6.500h2.500M2 9.500h2.500M11.500 6.500H14M11.500 9.500H14',
  images: 'M2 4.500h9v9H2zM4.500 4.500v-2H14v9h-3M2 11l3-3 2 2 1.500-1.500L11 11',
  pin: 'M6 2h4l-.5 4.500L12 9H4l2.500-2.500zM8 9v5',
  save: 'M3 2.500h8l2 2v9H3zM5.500 2.500v3.500h4V2.500M5.500 13.500v-4h5v4',
  pen: 'M3 13l.6-3L11 2.600a1.400 1.400 0 0 1 2.400 2.400L6 12.400zM9.500 4.100l2.400 2.400',
  camera:
    'M2 5h2.500l1.200-2h4.600l1.200 2H14v8H2zM8 6.500a2.300 2.300 0 1 0 0 4.600 2.300 2.300 0 0 0 0-4.600',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} className={name === 'play' ? 'icon-filled' : ''} />
    </svg>
  );
}
