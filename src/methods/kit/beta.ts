/** Random shares: how much of each image enters a blend. */
import type { Ops, Tensor, Tensor1D } from '../../engine/types';

const STEPS = 256;

/**
 * The lower half of Beta(b, b) as a table: with x = t^(1/b) / 2, entry i is the t below which a share i / STEPS
 * of that half lies. In t the density is bounded and smooth for every b, so linear interpolation is exact to 1e-5.
 */
function betaTable(b: number): Float32Array {
  const fine = 32 * STEPS;
  const density = (t: number) => (1 - t ** (1 / b) / 2) ** (b - 1);
  const below = new Float64Array(fine + 1);
  for (let i = 1; i <= fine; i++) below[i] = (below[i - 1] as number) + density((i - 0.5) / fine);
  const all = below[fine] as number;
  let at = 0;
  return Float32Array.from({ length: STEPS + 1 }, (_, i) => {
    const wanted = (i / STEPS) * all;
    while (at < fine - 1 && (below[at + 1] as number) < wanted) at++;
    const low = below[at] as number;
    return Math.min(1, (at + (wanted - low) / ((below[at + 1] as number) - low)) / fine);
  });
}

/** Draws from Beta(b, b) by its inverse distribution function at `u`, uniform in [0, 1). */
export function betaQuantile(ops: Ops, u: Tensor, b: number): Tensor {
  const table = ops.tensor1d(betaTable(b));
  const place = ops.mul(ops.minimum(ops.mul(u, 2), ops.sub(2, ops.mul(u, 2))), STEPS);
  const cell = ops.minimum(ops.floor(place), STEPS - 1);
  const low = ops.gather(table, ops.cast(cell, 'int32') as Tensor1D);
  const high = ops.gather(table, ops.cast(ops.add(cell, 1), 'int32') as Tensor1D);
  const t = ops.add(low, ops.mul(ops.sub(high, low), ops.sub(place, cell)));
  const half = ops.div(ops.pow(t, 1 / b), 2);
  return ops.where(ops.less(u, 0.5), half, ops.sub(1, half));
}
