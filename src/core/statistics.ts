/** Means, spreads and paired differences over seeds. Pure; float64. */

/** A number for each seed. */
export type BySeed = Readonly<Record<string, number>>;

export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation, over n - 1; absent for a single value. */
  readonly sd?: number;
}

/** Undefined without values. */
export function spread(values: readonly number[]): Spread | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return { n, mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, sd: Math.sqrt(squares / (n - 1)) };
}

/** `a - b` for each seed that both have, in order of the seeds. */
export function paired(a: BySeed, b: BySeed): number[] {
  return Object.keys(a)
    .filter((seed) => Object.hasOwn(b, seed))
    .sort((x, y) => Number(x) - Number(y))
    .map((seed) => a[seed]! - b[seed]!);
}

/** 95 % quantile of Student's t by degrees of freedom, from one: as many as a set-up may have seeds, less one. */
const T95 = [6.314, 2.92, 2.353, 2.132] as const;

/** Smallest number of standard errors that counts, one-sided at 95 %; undefined when n is below 2 or above 5. */
export const needed = (n: number): number | undefined => T95[n - 2];

export type Verdict = 'shows' | 'does not show' | 'not measured';

/**
 * Whether `differences` are above zero beyond chance: their mean is positive and larger than `needed(n)`
 * standard errors of it (one-sided paired t-test at 95 %).
 * @param better 'lower' turns the sign, for metrics where less is better.
 */
export function verdict(differences: readonly number[], better: 'higher' | 'lower'): Verdict {
  const found = spread(differences);
  const errors = needed(differences.length);
  if (found?.sd === undefined || errors === undefined) return 'not measured';
  const gain = better === 'higher' ? found.mean : -found.mean;
  return gain > 0 && gain > (errors * found.sd) / Math.sqrt(found.n) ? 'shows' : 'does not show';
}
