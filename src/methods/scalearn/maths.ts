/** ScaLearn's arithmetic: how outputs of adapters are scaled and added up. */
import type { Ops, Tensor } from '../../engine/types';

/** How wide scales are, and whether all layers share them. */
export const FORMS = {
  scalearn: 'ScaLearn: a scale for each channel, at every layer',
  uniform: 'Uniform: one number, at every layer',
  'scalearn++': 'ScaLearn++: a scale for each channel, shared by the layers',
  'uniform++': 'Uniform++: one number, shared by the layers',
} as const;
export type Form = keyof typeof FORMS;
export const isUniform = (form: Form): boolean => form.startsWith('uniform');
export const isShared = (form: Form): boolean => form.endsWith('++');

export const JOINED = {
  sum: 'As they are',
  mean: 'Divided by their sum (ablation)',
  softmax: 'Softmax over the tasks (ablation)',
} as const;
export type Joined = keyof typeof JOINED;

/** Scales of every task, `[d]` or `[1]` each, after dropout and as `joined` says. */
export function shares(
  ops: Ops,
  scales: readonly Tensor[],
  joined: Joined,
  masks?: readonly Tensor[],
): Tensor[] {
  const kept = masks ? scales.map((scale, t) => ops.mul(scale, masks[t] as Tensor)) : [...scales];
  if (joined === 'sum') return kept;
  const parts = joined === 'softmax' ? kept.map((scale) => ops.exp(scale)) : kept;
  const sum = ops.addN(parts);
  return parts.map((part) => ops.div(part, sum));
}

/** Sum over the tasks of scale times adapter output `[..., d]`. */
export const combine = (ops: Ops, ups: readonly Tensor[], scales: readonly Tensor[]): Tensor =>
  ops.addN(ups.map((up, t) => ops.mul(up, scales[t] as Tensor)));

/** Zeros for dropped scales, 1 / (1 - rate) for those kept. @param uniform in [0, 1). */
export const dropped = (ops: Ops, uniform: Tensor, rate: number): Tensor =>
  ops.div(ops.cast(ops.greaterEqual(uniform, rate), 'float32'), 1 - rate);

/**
 * Numbers that transfer trains, without the head. Networks of several widths share a vector among the layers of one
 * width, so that for one width these are L d n, d n, L n and n.
 */
export function transferParameters(form: Form, widths: readonly number[], tasks: number): number {
  if (form === 'uniform++') return tasks;
  if (form === 'uniform') return widths.length * tasks;
  const counted = isShared(form) ? [...new Set(widths)] : widths;
  return counted.reduce((sum, width) => sum + width * tasks, 0);
}

/** The same of attention over the adapters: query, key and value of every layer. */
export const fusionParameters = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + 3 * width * width, 0);

/** Width of an adapter's bottleneck. */
export const bottleneck = (width: number, reduction: number): number =>
  Math.max(1, Math.round(width / reduction));
