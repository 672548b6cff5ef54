/** The UI kit: everything the page takes from Mantine passes through this folder. */
import '@mantine/core/styles/default-css-variables.layer.css';
import '@mantine/core/styles/baseline.layer.css';
import '@mantine/core/styles/global.layer.css';
import '@mantine/core/styles/UnstyledButton.layer.css';
import '@mantine/core/styles/VisuallyHidden.layer.css';
import '@mantine/core/styles/Paper.layer.css';
import '@mantine/core/styles/Overlay.layer.css';
import '@mantine/core/styles/ScrollArea.layer.css';
import '@mantine/core/styles/CloseButton.layer.css';
import '@mantine/core/styles/Popover.layer.css';
import '@mantine/core/styles/Loader.layer.css';
import '@mantine/core/styles/Button.layer.css';
import '@mantine/core/styles/ActionIcon.layer.css';
import '@mantine/core/styles/Group.layer.css';
import '@mantine/core/styles/Input.layer.css';
import '@mantine/core/styles/InlineInput.layer.css';
import '@mantine/core/styles/Slider.layer.css';
import '@mantine/core/styles/Switch.layer.css';
import '@mantine/core/styles/SegmentedControl.layer.css';
import '@mantine/core/styles/FloatingIndicator.layer.css';
import '@mantine/core/styles/ModalBase.layer.css';
import '@mantine/core/styles/Modal.layer.css';
import '@mantine/core/styles/Drawer.layer.css';
import '@mantine/core/styles/Menu.layer.css';
import '@mantine/core/styles/Tooltip.layer.css';
import {
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  MantineProvider,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { styleNonce } from '../security';

const accent: MantineColorsTuple = [
  '#eef1ff',
  '#dde3ff',
  '#b9c5ff',
  '#93a6ff',
  '#7c93ff',
  '#5f7bff',
  '#3f56d9',
  '#2b3cbf',
  '#1e27a9',
  '#171d80',
];
const dark: MantineColorsTuple = [
  '#e8eaee',
  '#c3c9d3',
  '#a3abb8',
  '#6b7482',
  '#3b424d',
  '#2b313a',
  '#1c2026',
  '#14171c',
  '#0f1216',
  '#0a0c0f',
];

/** Where the choice is kept; a browser that forbids storage keeps it for the visit. */
const storage = localStorageColorSchemeManager();

const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  defaultRadius: 6,
  fontFamily:
    'Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Liberation Sans", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, "Liberation Mono", monospace',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

export function Provider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={storage}
      getStyleNonce={() => styleNonce}
    >
      {children}
    </MantineProvider>
  );
}

/** The scheme in use, and a function that switches to the other one. */
export function useScheme(): { scheme: 'light' | 'dark'; toggle: () => void } {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const { setColorScheme } = useMantineColorScheme();
  return { scheme, toggle: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark') };
}

/** Sets the scheme before the first paint, so that a dark page does not flash light. */
export function applyScheme(): void {
  const stored = storage.get('auto');
  const dark = stored === 'dark' || (stored === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}
