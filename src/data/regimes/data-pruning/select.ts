/** Which rows a score keeps. Pure. */
import { ascending, countOf, rowsByClass } from '../kit';

/**
 * The floor(share · n + 1/2) rows with the highest scores, ascending; of equal scores the smaller row.
 * @param balanced the same share inside every class instead.
 */
export function keepByScore(
  scores: ArrayLike<number>,
  labels: Int32Array,
  share: number,
  balanced: boolean,
): Int32Array {
  const best = (rows: readonly number[]): readonly number[] =>
    rows.toSorted((a, b) => scores[b]! - scores[a]! || a - b).slice(0, countOf(share, rows.length));
  if (!balanced) return ascending(best(Array.from(labels, (_, row) => row)));
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  return ascending(rowsByClass({ labels, classes }).flatMap(best));
}
