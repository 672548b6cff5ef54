/** The view for lessons and posts: chosen panels of one set-up, in a frame. `?embed` or `?embed=loss,accuracy`. */
import type { Config } from '../core/config';
import { linkTo } from './link';

export const EMBED_PANELS = {
  results: 'Result table',
  loss: 'Training loss',
  accuracy: 'Accuracy',
  calibration: 'Calibration',
  reliability: 'Reliability',
} as const;
export type EmbedPanel = keyof typeof EMBED_PANELS;

const USUAL: readonly EmbedPanel[] = ['results', 'loss', 'accuracy'];
const isPanel = (name: string): name is EmbedPanel => Object.hasOwn(EMBED_PANELS, name);

/** The panels that a query asks for, in its order and each once; undefined: the whole page. Unknown names are left out. */
export function embedPanels(query: URLSearchParams): readonly EmbedPanel[] | undefined {
  const asked = query.get('embed');
  if (asked === null) return undefined;
  const known = [...new Set(asked.split(','))].filter(isPanel);
  return known.length > 0 ? known : USUAL;
}

/** The address of the embedded view of a set-up. */
export function embedAddress(config: Config, address: string, panels: readonly EmbedPanel[]): string {
  const page = new URL(address);
  page.search = `?embed=${panels.join(',')}`;
  return linkTo(config, page.href);
}

/** The whole page with the same set-up. */
export function wholeAddress(config: Config, address: string): string {
  const page = new URL(address);
  page.searchParams.delete('embed');
  return linkTo(config, page.href);
}

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** HTML of a frame with the embedded view. */
export const embedSnippet = (
  config: Config,
  address: string,
  panels: readonly EmbedPanel[],
  title: string,
): string =>
  `<iframe src="${escapeAttribute(embedAddress(config, address, panels))}" title="${escapeAttribute(title)}" width="100%" height="520" style="border:0" loading="lazy"></iframe>`;
