/** The losses of KD3: weighted alignment of features, and the contrast of an image with its mixed self. */
import type { Ops, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';

/** Added to the difference of logits before its length is taken, and to variances, as released. */
const EPSILON = 1e-6;

/** sigmoid(|z_s - z_t + eps|) of each row, `[b]`, in [1/2, 1); carries no gradient. */
export function disagreement(ops: Ops, student: Tensor, teacher: Tensor): Tensor1D {
  const apart = ops.stopGradient(ops.add(ops.sub(student, teacher), EPSILON));
  return ops.sigmoid(ops.sqrt(ops.sum(ops.square(apart), -1))) as Tensor1D;
}

/** Mean of values `[b]` over the rows that are kept (1; others 0); 0 where none is. */
export const meanOfKept = (ops: Ops, values: Tensor, kept: Tensor1D): Scalar =>
  ops.div(ops.sum(ops.mul(values, kept)), ops.maximum(ops.sum(kept), 1)) as Scalar;

/** Mean over cells, channels and kept rows of w_i (F_s - F_t)^2; maps `[b, h, w, c]`, weights and kept `[b]`. */
export function weightedDistance(
  ops: Ops,
  [student, teacher]: readonly [Tensor, Tensor],
  weights: Tensor1D,
  kept: Tensor1D,
): Scalar {
  const each = ops.mean(ops.square(ops.sub(student, teacher)), [1, 2, 3]);
  return meanOfKept(ops, ops.mul(each, weights), kept);
}

/** NT-Xent of two views `[b, d]`: each kept row finds its other view among all other kept rows. */
export function contrast(
  ops: Ops,
  [x, mixed]: readonly [Tensor2D, Tensor2D],
  temperature: number,
  kept: Tensor1D,
): Scalar {
  const b = x.shape[0];
  const rows = ops.l2Normalize(ops.concat([x, mixed], 0));
  const scores = ops.div(ops.matMul(rows, rows, false, true), temperature);
  const own = ops.range(0, 2 * b, 1, 'int32') as Tensor1D;
  const there = ops.concat([kept, kept], 0) as Tensor1D;
  const hidden = ops.maximum(ops.oneHot(own, 2 * b), ops.sub(1, ops.reshape(there, [1, 2 * b])));
  const other = ops.concat([ops.slice(own, [b], [b]), ops.slice(own, [0], [b])], 0) as Tensor1D;
  const log = ops.logSoftmax(ops.sub(scores, ops.mul(hidden, 1e9)));
  return meanOfKept(ops, ops.neg(ops.sum(ops.mul(log, ops.oneHot(other, 2 * b)), -1)), there);
}

/** Images `[b, h, w, c]` with colour statistics mixed with those of partners: all of their own at share 1. */
export function mixDistribution(ops: Ops, x: Tensor4D, share: Tensor1D, partner: Tensor1D): Tensor4D {
  const [, h, w] = x.shape;
  const mean = ops.mean(x, [1, 2], true);
  const centred = ops.sub(x, mean);
  const variance = ops.div(ops.sum(ops.square(centred), [1, 2], true), Math.max(1, h * w - 1));
  const spread = ops.sqrt(ops.add(variance, EPSILON));
  const own = ops.reshape(share, [-1, 1, 1, 1]);
  const mix = (of: Tensor) => ops.add(ops.mul(of, own), ops.mul(ops.gather(of, partner), ops.sub(1, own)));
  return ops.add(ops.mul(ops.div(centred, spread), mix(spread)), mix(mean)) as Tensor4D;
}
