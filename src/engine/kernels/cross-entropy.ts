/** Cross-entropy of softmax(logits) with a target distribution. */
import type { Gpu } from '../gpu';
import type { KernelCard } from './kernel';
import { defineRowLoss, type RowLoss } from './row-loss';
import { rowStats } from './twins';

export const card: KernelCard = {
  id: 'cross-entropy',
  summary: 'Soft-target cross-entropy of each row or its mean, with the gradients of logits and targets.',
  shapes: 'logits and targets [n, k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

/** -sum_k target_k log softmax(logits)_k; the row's maximum and log-sum are kept for the gradient. */
export const crossEntropyLoss: RowLoss = {
  name: 'CondenserCrossEntropy',
  inputs: ['z', 't'],
  steps: [
    { max: { top: 'z[j]' } },
    { sum: { s: 'expo(z[j] - top)', weight: 't[j]', dot_: 't[j] * (z[j] - top)' } },
    { row: 'let ls = logarithm(s);' },
  ],
  value: 'weight * ls - dot_',
  stats: { top: 'top', ls: 'ls', weight: 'weight' },
  gradients: {
    z: 'expo((z[j] - top) - ls) * weight - t[j]',
    t: 'ls - (z[j] - top)',
  },
};

export const registerCrossEntropy = (gpu: Gpu): void => defineRowLoss(gpu, crossEntropyLoss);

/** Values of each row and their gradients, in float64. `z` and `t` are row-major `[rows, width]`. */
export function crossEntropyTwin(z: Float64Array, t: Float64Array, width: number) {
  const value = new Float64Array(z.length / width);
  const dz = new Float64Array(z.length);
  const dt = new Float64Array(z.length);
  value.forEach((_, row) => {
    const at = row * width;
    const { top, logSum } = rowStats(z, at, width, 1);
    let weight = 0;
    for (let j = at; j < at + width; j++) {
      weight += t[j]!;
      dt[j] = logSum - (z[j]! - top);
      value[row]! += t[j]! * dt[j]!;
    }
    for (let j = at; j < at + width; j++) dz[j] = Math.exp(z[j]! - top - logSum) * weight - t[j]!;
  });
  return { value, gradients: { z: dz, t: dt } };
}
