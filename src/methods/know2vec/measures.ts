/** How good a ranking is, and where vectors lie. */
import type { Ops, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { upTo } from './tasks';

/** Rows of a table, or networks, as an index. */
export const indexOf = (ops: Ops, rows: readonly number[]): Tensor1D => ops.tensor1d([...rows], 'int32');

/** Share of the rows of `scores` in which one of the `own` networks is among the first `k`; others with the same score come first. */
export function hits(ops: Ops, scores: Tensor2D, own: Tensor2D, k: number): Tensor {
  const best = ops.max(ops.sub(scores, ops.mul(ops.sub(1, own), 1e4)), -1, true);
  const ahead = ops.sum(ops.mul(ops.sub(1, own), ops.cast(ops.greaterEqual(scores, best), 'float32')), -1);
  return ops.mean(ops.cast(ops.less(ahead, k), 'float32'));
}

/** Two directions in which rows `[n, d]` spread most, by a few rounds of the power method: `[n, 2]`. */
export function spreadMost(ops: Ops, rows: Tensor2D): Tensor2D {
  const centred = ops.sub(rows, ops.mean(rows, 0, true)) as Tensor2D;
  const [, d] = rows.shape;
  const round = (x: Tensor2D): Tensor2D => ops.matMul(centred, ops.matMul(centred, x), true, false);
  const unit = (x: Tensor): Tensor2D => ops.div(x, ops.maximum(ops.sqrt(ops.sum(ops.square(x))), 1e-12));
  const start = (k: number) =>
    ops.tensor2d(
      upTo(d).map((i) => [Math.cos(k + 1.7 * i * (k + 1))]),
      [d, 1],
    );
  let [first, second] = [start(0), start(1)];
  for (let i = 0; i < 20; i++) {
    first = unit(round(first));
    const next = round(second);
    second = unit(ops.sub(next, ops.mul(first, ops.sum(ops.mul(first, next)))));
  }
  return ops.matMul(centred, ops.concat([first, second], 1) as Tensor2D);
}
