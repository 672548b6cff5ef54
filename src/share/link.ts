/** Set-ups in web addresses: behind `#c=`, which browsers never send to a server. */
import type { Config } from '../core/config';
import type { Problem } from '../core/params';
import { decodeConfig, encodeConfig } from './codec';

const MARK = '#c=';

/** The fragment of a link to `config`, with its `#`. */
export const linkFragment = (config: Config): string => MARK + encodeConfig(config);

/** A whole link: the page's address with its fragment replaced. */
export const linkTo = (config: Config, address: string): string =>
  address.replace(/#.*$/s, '') + linkFragment(config);

/**
 * Reads the set-up from a fragment such as `location.hash`, or from a whole link. Undefined when the fragment
 * is empty or of another kind, such as a heading's; a damaged set-up gives the ready one and a problem.
 */
export function readLink(link: string): { config: Config; problems: Problem[] } | undefined {
  const at = link.indexOf(MARK);
  return at < 0 ? undefined : decodeConfig(link.slice(at + MARK.length));
}
