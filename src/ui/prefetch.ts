/**
 * Parts of the page that are not needed for its first paint. They are fetched right after it, so that from then on
 * nothing is asked of the server any more: the page works without a network, whatever is opened.
 */
import { readMeasured } from '../state/measured';

const parts: readonly (() => Promise<unknown>)[] = [
  () => import('./charts/LiveChart'),
  () => import('./charts/ReliabilityChart'),
  () => import('./methods/Gallery'),
  () => import('./methods/MethodPanel'),
  () => import('./methods/CostBadge'),
  () => import('./runs/Runs'),
  () => import('./presets/Presets'),
  () => import('./glossary/Glossary'),
  () => import('./glossary/Marked'),
  () => import('./library/Library'),
  () => import('./exports/Networks'),
  () => import('./exports/Python'),
  () => import('./exports/QrCode'),
  () => import('../state/report'),
  () => import('../state/results-json'),
  () => import('./look/Look'),
  () => import('./look/Places'),
  () => import('./tour/Tour'),
  () => import('./controls/TableEditor'),
  () => import('./rail/Members'),
  () => import('./dropzone/Collect'),
  readMeasured,
  () => import('katex'),
];

/** Milliseconds the first paint is given. */
const FIRST_PAINT = 300;

/** Fetches the charts first, then the rest, one after the other; a failed part is asked for again when opened. */
export function prefetchParts(): void {
  setTimeout(async () => {
    for (const part of parts) await part().catch(() => undefined);
  }, FIRST_PAINT);
}
