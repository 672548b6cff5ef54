/** Rows of several kinds in two dimensions: the directions in which they differ most. */
import type { Ops, Tensor, Tensor2D } from '../../engine/types';

const ROUNDS = 12;

/** The direction of largest variance of centred rows `[n, d]`, `[d, 1]`, by power iteration. */
function direction(ops: Ops, rows: Tensor2D): Tensor2D {
  const d = rows.shape[1];
  const first = Array.from({ length: d }, (_, i) => 1 + 0.1 * (i % 7));
  let v = ops.reshape(ops.tensor1d(Float32Array.from(first)), [d, 1]);
  for (let i = 0; i < ROUNDS; i++) {
    const next = ops.matMul(rows, ops.matMul(rows, v as Tensor2D), true, false);
    v = ops.div(next, ops.maximum(ops.norm(ops.reshape(next, [1, -1])), 1e-12));
  }
  return v as Tensor2D;
}

/** `[n, 3]`: the first two principal axes of all kinds together, and the number of the kind. */
export function projected(ops: Ops, kinds: readonly Tensor2D[]): Tensor {
  const all = ops.concat([...kinds], 0) as Tensor2D;
  const centred = ops.sub(all, ops.mean(all, 0, true)) as Tensor2D;
  const one = direction(ops, centred);
  const x = ops.matMul(centred, one);
  const rest = ops.sub(centred, ops.matMul(x, one, false, true)) as Tensor2D;
  const y = ops.matMul(rest, direction(ops, rest));
  const kind = ops.concat(
    kinds.map((rows, i) => ops.fill([rows.shape[0], 1], i)),
    0,
  );
  return ops.concat([x, y, kind], 1);
}
