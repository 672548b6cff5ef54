/** What relates rows to one another: distances, transport, selection. Fused on our backend, composed elsewhere. */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from '../gpu';
import { gatherRowsOf } from '../kernels/gather-rows';
import { type PairMetric, pairwiseOf } from '../kernels/pairwise';
import { scatterInto } from '../kernels/scatter-rows';
import { SINKHORN_LIMIT, sinkhornOf } from '../kernels/sinkhorn';
import { topKMaskOf } from '../kernels/top-k';
import type { Tensor, Tensor1D, Tensor2D, Variable } from '../types';

const isFloat = (...tensors: readonly Tensor[]): boolean =>
  gpu() !== undefined && tensors.every((t) => t.dtype === 'float32' && t.size > 0);

/**
 * Distances between all rows of `x` `[n, d]` and `y` `[m, d]` (default `x` itself) as `[n, m]`: the sum over
 * columns of the squared difference, or of the absolute one. Computed from differences, so equal rows give 0.
 */
export function pairwiseDistances(x: Tensor2D, y: Tensor2D = x, metric: PairMetric = 'squared'): Tensor2D {
  if (isFloat(x, y)) return pairwiseOf(x, y, metric);
  const d = tf.sub(tf.expandDims(x, 1), tf.expandDims(y, 0));
  return tf.sum(metric === 'squared' ? tf.square(d) : tf.abs(d), -1) as Tensor2D;
}

/**
 * exp(scores + u + v) for `[n, m]` scores after `sweeps` rounds of making the rows, then the columns, add up to 1
 * (Cuturi 2013). Columns add up to 1, rows nearly so. The gradient is that of all sweeps.
 */
export function sinkhorn(scores: Tensor2D, sweeps: number): Tensor2D {
  const [n, m] = scores.shape;
  if (isFloat(scores) && n + m <= SINKHORN_LIMIT && sweeps > 0) return sinkhornOf(scores, sweeps);
  let u: Tensor = tf.zeros([n, 1]);
  let v: Tensor = tf.zeros([1, m]);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    u = tf.neg(tf.logSumExp(tf.add(scores, v), 1, true));
    v = tf.neg(tf.logSumExp(tf.add(scores, u), 0, true));
  }
  return tf.exp(tf.add(tf.add(scores, u), v)) as Tensor2D;
}

/** 1 at the `k` largest entries of the last axis, 0 elsewhere; the lower index wins a tie. No gradient. */
export function topKMask(x: Tensor, k: number): Tensor {
  const width = x.shape.at(-1) as number;
  if (k >= width) return tf.onesLike(x);
  if (isFloat(x)) return topKMaskOf(x, k);
  const { indices } = tf.topk(x, k);
  return tf.sum(tf.oneHot(tf.cast(indices, 'int32'), width, 1, 0, 'float32'), -2);
}

/** Rows `index` (int32 `[n]`) of `table` `[r, d]` as `[n, d]`, with the gradient of the table. */
export const gatherRows = (table: Tensor2D, index: Tensor1D): Tensor2D =>
  isFloat(table) && index.dtype === 'int32' && index.size > 0
    ? gatherRowsOf(table, index)
    : (tf.gather(table, index) as Tensor2D);

/** Replaces rows `index` of a table by `rows`, in place; of rows written twice the later one stays. No gradient. */
export function scatterRows(table: Variable, index: Tensor1D, rows: Tensor2D): void {
  const device = gpu();
  if (device) scatterInto(device, table, index, rows);
  else
    tf.tidy(() => {
      const at = tf.reshape(index, [-1, 1]);
      table.assign(tf.tensorScatterUpdate(table, at, rows) as Variable);
    });
}
