/** What contrastive distillation shows: how alike the views of the batch are. */
import type { Ops, Tensor, Tensor2D } from '../../engine/types';
import { binned } from '../kit';

const BINS = 24;

/** Shares of the scores `[b, b]` of an image with itself and with others by size, `[2, 1 + bins]`. */
export function scoreCounts(ops: Ops, scores: Tensor2D): Tensor {
  const b = scores.shape[0];
  const places = ops.range(0, b, 1, 'int32');
  const own = ops.cast(ops.equal(ops.expandDims(places, 1), places), 'float32');
  const diagonal = ops.sum(ops.mul(scores, own), 1);
  const half = (x: Tensor) => binned(ops, ops.mul(ops.add(x, 1), 0.5), BINS);
  const same = half(diagonal);
  // All pairs are b times b; those of an image with itself are taken out again.
  const others = ops.div(ops.sub(ops.mul(half(scores), b), same), Math.max(1, b - 1));
  return ops.stack([same, others].map((shares, i) => ops.concat([ops.tensor1d([i]), shares])));
}
