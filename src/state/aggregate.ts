/** Mean and spread over seeds, as the page shows them. */
import { spread } from '../core/statistics';

export interface Stat {
  readonly mean: number;
  /** Sample standard deviation (n - 1); undefined for one value. */
  readonly std: number | undefined;
  readonly n: number;
}

/** Mean and sample standard deviation of the finite values; undefined when there is none. */
export function stat(values: readonly (number | undefined)[]): Stat | undefined {
  const finite = values.filter((v): v is number => v !== undefined && Number.isFinite(v));
  const found = spread(finite);
  return found && { mean: found.mean, std: found.sd, n: found.n };
}

/** Two-sided 95% quantile of Student's t for n - 1 degrees of freedom, n = 2 to 5 (the most seeds of a run). */
const T95 = [12.706, 4.303, 3.182, 2.776];

/** Half the width of the 95% confidence interval of a mean of `n` values, in standard errors; undefined unless n is 2 to 5. */
export const studentT = (n: number): number | undefined => T95[n - 2];

/** 95% confidence interval of the mean by Student's t; undefined for fewer than two or more than five values. */
export function interval(s: Stat): readonly [number, number] | undefined {
  const t = studentT(s.n);
  if (s.std === undefined || t === undefined) return undefined;
  const half = (t * s.std) / Math.sqrt(s.n);
  return [s.mean - half, s.mean + half];
}
