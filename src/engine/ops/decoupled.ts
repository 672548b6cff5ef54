/** The distillation loss split at the true class; used by several methods. The teacher carries no gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { decoupledRest, decoupledTarget } from '../kernels/decoupled';
import { rowMean } from '../kernels/row-loss';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../types';
import { fused, klRows, logSoftmax } from './losses';

/** Far below any logit; finite, so that 0 * log 0 never appears. */
const EXCLUDED = 1e9;

/** log sum exp over the last axis, `[n, k]` -> `[n]`. */
export function logSumExp(x: Tensor): Tensor1D {
  const top = tf.max(x, -1, true);
  return tf.add(tf.squeeze(top, [-1]), tf.log(tf.sum(tf.exp(tf.sub(x, top)), -1))) as Tensor1D;
}

/** Log-probabilities of the true class against all others, `[n]` each, from the log-odds. */
const binary = (odds: Tensor): [Tensor, Tensor] => [
  tf.neg(tf.softplus(tf.neg(odds))),
  tf.neg(tf.softplus(odds)),
];

/**
 * The two parts of the distillation loss, each T^2 times a mean over rows: KL of (true class, all others) and
 * KL among the others. `mask` is the one-hot true class. Zhao et al. 2022, equations 5 to 7; the released
 * mask of -1000 is replaced by one that holds for any logits.
 */
export function decoupledDistillation(
  student: Tensor2D,
  teacher: Tensor2D,
  mask: Tensor2D,
  temperature: number,
): { target: Scalar; rest: Scalar } {
  if (fused(student, teacher, mask)) {
    const inputs = { s: student, t: teacher, m: mask };
    return {
      target: rowMean(decoupledTarget, inputs, [temperature]),
      rest: rowMean(decoupledRest, inputs, [temperature]),
    };
  }
  const keep = tf.sub(1, mask);
  const split = (logits: Tensor2D) => {
    const z = tf.div(logits, temperature);
    const others = tf.sub(tf.mul(z, keep), tf.mul(mask, EXCLUDED));
    const [yes, no] = binary(tf.sub(tf.sum(tf.mul(z, mask), -1), logSumExp(others)));
    return { yes, no, others: logSoftmax(others) };
  };
  const s = split(student);
  const t = split(teacher);
  const two = tf.add(tf.mul(tf.exp(t.yes), tf.sub(t.yes, s.yes)), tf.mul(tf.exp(t.no), tf.sub(t.no, s.no)));
  const scale = (rows: Tensor): Scalar => tf.mul(tf.mean(rows), temperature * temperature);
  // Where the mask excludes a class both log-probabilities are about -1e9 and its probability is exactly 0.
  return { target: scale(two), rest: scale(klRows(t.others, s.others)) };
}
