/**
 * Losses shared by several methods. `[n, k]` logits in, scalars out, means over rows. Log-softmax everywhere,
 * so that logits of +-1e4 stay finite. Teacher arguments are expected without gradient. On our backend each runs
 * as one fused kernel forward and one backward; elsewhere it is composed of stock ops. Both give the same numbers.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from '../gpu';
import { crossEntropyLoss } from '../kernels/cross-entropy';
import { huberMean, squaredMean } from '../kernels/difference';
import { distillationLoss, entropyLoss, klLoss } from '../kernels/distillation';
import { logSoftmaxOf } from '../kernels/log-softmax';
import { hasPower, meanPowerOf } from '../kernels/mean-power';
import { rowMean, rowValues } from '../kernels/row-loss';
import { standardRows, stdRows, unitRows } from '../kernels/row-norm';
import { softmaxRows } from '../kernels/softmax';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../types';
import { l2Normalize as composedL2Normalize } from './basic';

/** Fused kernels take float32 tensors of one shape; anything that broadcasts is composed. */
export const fused = (...tensors: readonly Tensor[]): boolean =>
  gpu() !== undefined &&
  tensors.every((t) => t.dtype === 'float32' && t.size > 0 && t.shape.join() === tensors[0]?.shape.join());

const divided = (x: Tensor, temperature: number): Tensor => (temperature === 1 ? x : tf.div(x, temperature));

/** log softmax(x / temperature) over the last axis. */
export const logSoftmax = (x: Tensor, temperature = 1): Tensor =>
  fused(x) ? logSoftmaxOf(x, temperature) : tf.logSoftmax(divided(x, temperature), -1);

/** softmax(x / temperature) over the last axis. */
export const softmax = (x: Tensor, temperature = 1): Tensor =>
  fused(x) ? softmaxRows(x, temperature) : tf.softmax(divided(x, temperature), -1);

/** Per row -sum_k target_k log softmax(logits)_k: `[n, k]` -> `[n]`. */
export const crossEntropyRows = (logits: Tensor2D, targets: Tensor2D): Tensor1D =>
  fused(logits, targets)
    ? rowValues(crossEntropyLoss, { z: logits, t: targets })
    : (tf.neg(tf.sum(tf.mul(targets, logSoftmax(logits)), -1)) as Tensor1D);

/** Mean over rows of -sum_k target_k log softmax(logits)_k. */
export const crossEntropy = (logits: Tensor2D, targets: Tensor2D): Scalar =>
  fused(logits, targets)
    ? rowMean(crossEntropyLoss, { z: logits, t: targets })
    : tf.mean(crossEntropyRows(logits, targets));

/** Per row KL(p || q) from log-probabilities `[n, k]` -> `[n]`. Rows with p = 0 contribute 0. */
export const klRows = (logP: Tensor, logQ: Tensor): Tensor1D =>
  logP.rank === 2 && fused(logP, logQ)
    ? rowValues(klLoss, { p: logP, q: logQ })
    : (tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logQ)), -1) as Tensor1D);

/** Per row T^2 KL(softmax(teacher/T) || softmax(student/T)) from logits: `[n, k]` -> `[n]`. */
export const distillationRows = (student: Tensor2D, teacher: Tensor2D, temperature: number): Tensor1D =>
  fused(student, teacher)
    ? rowValues(distillationLoss, { s: student, t: teacher }, [temperature])
    : tf.mul(
        klRows(logSoftmax(teacher, temperature), logSoftmax(student, temperature)),
        temperature * temperature,
      );

/**
 * T^2 times the mean over rows of KL(softmax(teacher/T) || softmax(student/T)).
 * Hinton, Vinyals, Dean 2015, section 2.
 */
export const distillation = (student: Tensor2D, teacher: Tensor2D, temperature: number): Scalar =>
  fused(student, teacher)
    ? rowMean(distillationLoss, { s: student, t: teacher }, [temperature])
    : tf.mean(distillationRows(student, teacher, temperature));

/** Mean squared difference over all entries. */
export const meanSquaredError = (a: Tensor, b: Tensor): Scalar =>
  fused(a, b) ? squaredMean(a, b) : tf.mean(tf.squaredDifference(a, b));

/** Mean over all entries of the smooth-L1 loss with beta 1: 0.5 d^2 inside +-1, |d| - 0.5 outside. */
export function huber(a: Tensor, b: Tensor): Scalar {
  if (fused(a, b)) return huberMean(a, b);
  const d = tf.abs(tf.sub(a, b));
  const inside = tf.minimum(d, 1);
  return tf.mean(tf.add(tf.mul(0.5, tf.square(inside)), tf.sub(d, inside)));
}

/** Entropy of softmax from log-probabilities `[n, k]` -> `[n]`, natural log. */
export const entropyRows = (logP: Tensor): Tensor1D =>
  logP.rank === 2 && fused(logP)
    ? rowValues(entropyLoss, { p: logP })
    : (tf.neg(tf.sum(tf.mul(tf.exp(logP), logP), -1)) as Tensor1D);

/** Standard deviation over the last axis with divisor k - 1, kept as an axis of size 1. */
export function unbiasedStd(x: Tensor): Tensor {
  if (fused(x)) return tf.reshape(stdRows(x), [...x.shape.slice(0, -1), 1]);
  const k = x.shape.at(-1) as number;
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.div(tf.sum(tf.square(centred), -1, true), Math.max(1, k - 1));
  // The root has no finite slope at 0: constant rows get 1e-12 and no gradient.
  return tf.sqrt(tf.maximum(variance, 1e-24));
}

/** (x - mean) / (unbiased standard deviation + epsilon) over the last axis. */
export const standardizeRows = (x: Tensor, epsilon = 1e-7): Tensor =>
  fused(x)
    ? standardRows(x, epsilon)
    : tf.div(tf.sub(x, tf.mean(x, -1, true)), tf.add(unbiasedStd(x), epsilon));

/** Rows of length 1: x / max(|x|, epsilon), as torch.nn.functional.normalize. */
export const l2Normalize = (x: Tensor, epsilon = 1e-12): Tensor =>
  fused(x) ? unitRows(x, epsilon) : composedL2Normalize(x, epsilon);

/** Mean over the last axis of |x|^power, without that axis: `[..., k]` -> `[...]`. */
export const meanPower = (x: Tensor, power: number): Tensor =>
  fused(x) && hasPower(power)
    ? tf.reshape(meanPowerOf(x, power), x.shape.slice(0, -1))
    : tf.mean(tf.pow(power % 2 ? tf.abs(x) : x, power), -1);
