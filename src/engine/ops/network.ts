/**
 * What layers are made of. Each function runs the engine's own kernel where one is registered for the running
 * backend, and is composed of stock ops elsewhere; both give the same numbers up to rounding.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from '../gpu';
import { attentionOf } from '../kernels/attention';
import { batchNormKernel } from '../kernels/batch-norm';
import { geluOf } from '../kernels/gelu';
import { layerNormRows } from '../kernels/layer-norm';
import { denseKernel } from '../kernels/matmul';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D, Variable } from '../types';

export const BATCH_NORM_EPSILON = 1e-5;
export const BATCH_NORM_MOMENTUM = 0.9;
export const LAYER_NORM_EPSILON = 1e-5;

/** `[b, i] x [i, o] + bias + residual`, with an optional activation. */
export function dense(
  x: Tensor2D,
  weight: Tensor,
  bias: Tensor | undefined,
  relu: boolean,
  residual?: Tensor2D,
): Tensor2D {
  if (gpu()) return denseKernel(x, weight, bias, relu, residual);
  const product = tf.matMul(x, weight as Tensor2D);
  const shifted = bias ? tf.add(product, bias) : product;
  const sum = residual ? tf.add(shifted, residual) : shifted;
  return (relu ? tf.relu(sum) : sum) as Tensor2D;
}

export interface Running {
  readonly mean: Variable;
  readonly variance: Variable;
}

/** Moves a running statistic towards a new value: running = momentum running + (1 - momentum) value. */
function updateRunning(running: Variable, value: Tensor): void {
  running.assign(
    tf.add(tf.mul(running, BATCH_NORM_MOMENTUM), tf.mul(value, 1 - BATCH_NORM_MOMENTUM)) as typeof running,
  );
}

/**
 * Batch normalisation over all axes but the last (Ioffe and Szegedy 2015), then an optional residual and ReLU.
 * In training it uses the batch's statistics (biased variance) and moves `running` (unbiased variance) unless
 * `update` is false; in inference it uses `running`.
 */
export function batchNorm(
  x: Tensor,
  scale: Tensor | undefined,
  shift: Tensor | undefined,
  running: Running,
  options: { training: boolean; relu: boolean; residual?: Tensor | undefined; update: boolean },
): Tensor {
  const constants = { epsilon: BATCH_NORM_EPSILON, momentum: BATCH_NORM_MOMENTUM };
  if (gpu()) return batchNormKernel(x, scale, shift, running, { ...options, ...constants });
  const channels = x.shape.at(-1) as number;
  const rows = tf.reshape(x, [-1, channels]);
  const n = rows.shape[0] as number;
  const mean = options.training ? tf.mean(rows, 0) : running.mean;
  const centred = tf.sub(rows, mean);
  const variance = options.training ? tf.mean(tf.square(centred), 0) : running.variance;
  if (options.training && options.update) {
    updateRunning(running.mean, mean);
    updateRunning(running.variance, tf.mul(variance, n / Math.max(1, n - 1)));
  }
  let y = tf.mul(centred, tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON)));
  if (scale) y = tf.mul(y, scale);
  if (shift) y = tf.add(y, shift);
  y = tf.reshape(y, x.shape);
  if (options.residual) y = tf.add(y, options.residual);
  return options.relu ? tf.relu(y) : y;
}

/** Layer normalisation over the last axis (Ba, Kiros, Hinton 2016). */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  if (gpu()) return layerNormRows(x, scale, shift, LAYER_NORM_EPSILON);
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, LAYER_NORM_EPSILON))), scale), shift);
}

/** Exact GELU: x Phi(x) (Hendrycks and Gimpel 2016). */
export const gelu = (x: Tensor): Tensor =>
  gpu() ? geluOf(x) : tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))));

/** Multi-head attention from packed `qkv` `[b, t, 3 d]` to `[b, t, d]`: softmax(q k^T / sqrt(d/heads)) v. */
export function attention(qkv: Tensor3D, heads: number): Tensor3D {
  if (gpu()) return attentionOf(qkv, heads);
  const [b, t, triple] = qkv.shape;
  const d = triple / 3;
  const split = tf.transpose(tf.reshape(qkv, [b, t, 3, heads, d / heads]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(split) as [Tensor4D, Tensor4D, Tensor4D];
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d / heads));
  const mixed = tf.matMul(tf.softmax(scores, -1), v);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [b, t, d]) as Tensor3D;
}

export const conv = (x: Tensor4D, filter: Tensor, stride: number, padding: 'same' | 'valid'): Tensor4D =>
  tf.conv2d(x, filter as Tensor4D, stride, padding);

/** Depthwise convolution with a filter `[k, k, c, 1]`, padding 'same'. */
export const depthwise = (x: Tensor4D, filter: Tensor, stride: number): Tensor4D =>
  tf.depthwiseConv2d(x, filter as Tensor4D, stride, 'same');

export const maxPool2 = (x: Tensor): Tensor => tf.maxPool(x as Tensor4D, 2, 2, 'same');
export const avgPool2 = (x: Tensor): Tensor => tf.avgPool(x as Tensor4D, 2, 2, 'same');
