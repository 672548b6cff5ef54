/** Names at the ends of lines: how much room they take, and where each goes so that none covers another. Pure. */

/** Least distance between two names, in pixels. */
export const LABEL_GAP = 13;
/** Charts narrower than this have a legend instead. */
export const LABELS_FROM = 380;
const LONGEST = 132;
/** From the plot to the text: the leader, and air on both sides. */
export const LEADER = 14;

export type Measure = (text: string) => number;

/** Cut to the longest that is drawn, with an ellipsis. */
export function shortened(text: string, measure: Measure, longest = LONGEST): string {
  if (measure(text) <= longest) return text;
  const letters = [...text];
  while (letters.length > 1 && measure(`${letters.join('').trimEnd()}…`) > longest) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** Right margin of a chart of this width, in pixels; undefined where names have no room. */
export function labelRoom(labels: readonly string[], width: number, measure: Measure): number | undefined {
  if (width < LABELS_FROM || labels.length === 0) return undefined;
  return LEADER + 4 + Math.ceil(Math.max(...labels.map((label) => measure(shortened(label, measure)))));
}

export interface End {
  readonly key: string;
  /** Where the line ends, in pixels. */
  readonly y: number;
}

/**
 * A height for every name between `top` and `bottom`, as near to its line's end as the others allow. Earlier
 * entries of `ends` matter more: those at its end are left out when there is no room for all.
 */
export function placeLabels(
  ends: readonly End[],
  top: number,
  bottom: number,
  gap = LABEL_GAP,
): ReadonlyMap<string, number> {
  const room = Math.max(0, Math.floor((bottom - top) / gap) + 1);
  const kept = ends.slice(0, room).toSorted((a, b) => a.y - b.y);
  const places = kept.map(({ y }) => Math.min(bottom, Math.max(top, y)));
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i]!, places[i - 1]! + gap);
  for (let i = places.length - 1; i >= 0; i--)
    places[i] = Math.min(places[i]!, i === places.length - 1 ? bottom : places[i + 1]! - gap);
  return new Map(kept.map(({ key }, i) => [key, places[i]!]));
}
