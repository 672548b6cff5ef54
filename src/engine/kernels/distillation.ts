/** Kullback-Leibler divergences between rows: from logits with a temperature, and from log-probabilities. */
import type { Gpu } from '../gpu';
import type { KernelCard } from './kernel';
import { defineRowLoss, type RowLoss } from './row-loss';
import { logSoftmaxRows } from './twins';

export const card: KernelCard = {
  id: 'distillation',
  summary:
    'T^2 KL(softmax(t/T) || softmax(s/T)) of each row or its mean, KL and entropy from log-probabilities.',
  shapes: 'pairs of [n, k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

/** T^2 KL(softmax(t/T) || softmax(s/T)); `c` = [T]. Hinton, Vinyals, Dean 2015, section 2. */
export const distillationLoss: RowLoss = {
  name: 'CondenserDistillation',
  inputs: ['s', 't'],
  constants: true,
  steps: [
    { row: 'let T0 = c[0];' },
    { max: { topS: 's[j]', topT: 't[j]' } },
    {
      sum: {
        sumS: 'expo((s[j] - topS) / T0)',
        sumT: 'expo((t[j] - topT) / T0)',
        cross: 'expo((t[j] - topT) / T0) * (((t[j] - topT) - (s[j] - topS)) / T0)',
      },
    },
    { row: 'let lsS = logarithm(sumS); let lsT = logarithm(sumT); let kl = cross / sumT - (lsT - lsS);' },
  ],
  value: 'T0 * T0 * kl',
  stats: { topS: 'topS', lsS: 'lsS', topT: 'topT', lsT: 'lsT', kl: 'kl' },
  gradients: {
    s: 'c[0] * (expo((s[j] - topS) / c[0] - lsS) - expo((t[j] - topT) / c[0] - lsT))',
    t: 'c[0] * expo((t[j] - topT) / c[0] - lsT) * (((t[j] - topT) / c[0] - lsT) - ((s[j] - topS) / c[0] - lsS) - kl)',
  },
};

/** KL(p || q) of each row from log-probabilities. */
export const klLoss: RowLoss = {
  name: 'CondenserKl',
  inputs: ['p', 'q'],
  steps: [{ sum: { kl: 'expo(p[j]) * (p[j] - q[j])' } }],
  value: 'kl',
  stats: { kl: 'kl' },
  gradients: { p: 'expo(p[j]) * ((p[j] - q[j]) + 1.0)', q: '-expo(p[j])' },
};

/** Entropy of each row from log-probabilities. */
export const entropyLoss: RowLoss = {
  name: 'CondenserEntropy',
  inputs: ['p'],
  steps: [{ sum: { e: '-expo(p[j]) * p[j]' } }],
  value: 'e',
  stats: { e: 'e' },
  gradients: { p: '-expo(p[j]) * (p[j] + 1.0)' },
};

export function registerDistillation(gpu: Gpu): void {
  for (const loss of [distillationLoss, klLoss, entropyLoss]) defineRowLoss(gpu, loss);
}

/** Values of each row and both gradients, in float64; row-major logits `[rows, width]`. */
export function distillationTwin(s: Float64Array, t: Float64Array, width: number, temperature: number) {
  const ls = logSoftmaxRows(s, width, temperature);
  const lt = logSoftmaxRows(t, width, temperature);
  const { value } = klTwin(lt, ls, width);
  const ds = ls.map((l, j) => temperature * (Math.exp(l) - Math.exp(lt[j]!)));
  const dt = lt.map((l, j) => temperature * Math.exp(l) * (l - ls[j]! - value[Math.floor(j / width)]!));
  return { value: value.map((v) => temperature * temperature * v), gradients: { s: ds, t: dt } };
}

/** KL(p || q) of each row from log-probabilities and both gradients, in float64. */
export function klTwin(p: Float64Array, q: Float64Array, width: number) {
  const value = new Float64Array(p.length / width);
  p.forEach((l, j) => {
    value[Math.floor(j / width)]! += Math.exp(l) * (l - q[j]!);
  });
  const dp = p.map((l, j) => Math.exp(l) * (l - q[j]! + 1));
  return { value, gradients: { p: dp, q: p.map((l) => -Math.exp(l)) } };
}

/** Entropy of each row from log-probabilities and its gradient, in float64. */
export function entropyTwin(p: Float64Array, width: number) {
  const value = new Float64Array(p.length / width);
  p.forEach((l, j) => {
    value[Math.floor(j / width)]! -= Math.exp(l) * l;
  });
  return { value, gradients: { p: p.map((l) => -Math.exp(l) * (l + 1)) } };
}
