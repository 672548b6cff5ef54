/** The large dialogs of the page, each fetched when it is first opened. */
import { openedLater } from './openedLater';

export const Gallery = openedLater(
  async () => (await import('./methods/Gallery')).Gallery,
  (view) => view.methods !== undefined,
);
export const Presets = openedLater(
  async () => (await import('./presets/Presets')).Presets,
  (view) => view.presets !== undefined,
);
export const Glossary = openedLater(
  async () => (await import('./glossary/Glossary')).Glossary,
  (view) => view.glossary !== undefined,
);
export const Runs = openedLater(
  async () => (await import('./runs/Runs')).Runs,
  (view) => view.runs,
);
export const Look = openedLater(
  async () => (await import('./look/Look')).Look,
  (view) => view.look !== undefined,
);
export const Library = openedLater(
  async () => (await import('./library/Library')).Library,
  (view) => view.library,
);
export const Networks = openedLater(
  async () => (await import('./exports/Networks')).Networks,
  (view) => view.networks,
);
export const Collect = openedLater(
  async () => (await import('./dropzone/Collect')).Collect,
  (view) => view.collecting !== undefined,
);
export const Python = openedLater(
  async () => (await import('./exports/Python')).Python,
  (view) => view.python,
);
