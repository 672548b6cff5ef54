/** Stratified, seeded division of rows into training, validation and test. */
import { hash, Rng } from '../core/rng';
import type { SplitName } from './dataset';

export interface SplitShares {
  /** Shares of the rows to be divided, 0..1. */
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
}

/**
 * How many rows of each class to take so that about `share` of all is taken in proportion to the classes: whole
 * parts first, then the largest remainders (the lower class wins a tie). `room` bounds each class.
 */
export function quotas(counts: readonly number[], share: number, room: readonly number[]): number[] {
  const total = Math.round(share * counts.reduce((sum, count) => sum + count, 0));
  const taken = counts.map((count, label) => Math.min(room[label]!, Math.floor(count * share)));
  const byRemainder = counts
    .map((count, label) => ({ label, remainder: count * share - Math.floor(count * share) }))
    .sort((p, q) => q.remainder - p.remainder || p.label - q.label);
  let missing = total - taken.reduce((sum, count) => sum + count, 0);
  for (const { label } of byRemainder) {
    if (missing <= 0) break;
    if (taken[label]! >= room[label]!) continue;
    taken[label]!++;
    missing--;
  }
  return taken;
}

/**
 * The split of every row. Rows that came with a split keep it. Of 'train' rows and rows without one, a missing
 * test split is cut first, then a missing validation split, class by class in a seeded order; a split that some
 * row came with is not cut again. Every class keeps at least one training row if it has a row to divide.
 */
export function divide(
  labels: Int32Array,
  classes: number,
  assigned: readonly (SplitName | undefined)[] | undefined,
  shares: SplitShares,
): SplitName[] {
  const result: SplitName[] = Array.from(labels, (_, row) => assigned?.[row] ?? 'train');
  const pool: number[][] = Array.from({ length: classes }, () => []);
  const given = new Set(assigned);
  for (let row = 0; row < labels.length; row++) if (result[row] === 'train') pool[labels[row]!]!.push(row);
  const counts = pool.map((rows) => rows.length);
  const room = counts.map((count) => Math.max(0, count - 1));
  const test = given.has('test') ? counts.map(() => 0) : quotas(counts, shares.test, room);
  const left = room.map((count, label) => count - test[label]!);
  const validation = given.has('validation') ? counts.map(() => 0) : quotas(counts, shares.validation, left);
  pool.forEach((rows, label) => {
    const order = new Rng(hash(shares.seed, label), 'split').permutation(rows.length);
    const cut = test[label]! + validation[label]!;
    for (let i = 0; i < cut; i++) result[rows[order[i]!]!] = i < test[label]! ? 'test' : 'validation';
  });
  return result;
}
