import type { Rng } from '../../../src/core/rng';

export const normals = (rng: Rng, n: number): Float64Array =>
  Float64Array.from({ length: n }, () => rng.normal());

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/**
 * Relative difference between a gradient and central differences of <f(x), dy> along a random direction.
 * `gradient` is what the twin of the backward kernel says for `dy`.
 */
export function gradientError(
  rng: Rng,
  f: (x: Float64Array) => ArrayLike<number>,
  x: Float64Array,
  dy: ArrayLike<number>,
  gradient: ArrayLike<number>,
): number {
  const direction = normals(rng, x.length);
  const step = 1e-5;
  const along = (sign: number) => dot(f(x.map((v, i) => v + sign * step * (direction[i] as number))), dy);
  const numeric = (along(1) - along(-1)) / (2 * step);
  const analytic = dot(gradient, direction);
  return Math.abs(numeric - analytic) / Math.max(1, Math.abs(numeric));
}
