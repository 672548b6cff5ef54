/**
 * The share of right answers of a batch. It is wanted for the curves only, so the dispatch that writes their row works
 * it out by the way (see ring.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor1D, Tensor2D } from '../types';
import { f32 } from '../wgsl';
import type { KernelCard } from './kernel';

export const card: KernelCard = {
  id: 'batch-accuracy',
  summary: 'Share of rows whose largest logit is at the label, on its way into the row of the curves.',
  shapes: 'logits [n, k] and labels [n], any n and k',
  variants: ['one workgroup'],
};

/** What a share of right answers is worked out from: logits `[n, k]` and classes `[n]`. */
export interface Answers {
  readonly logits: Tensor2D;
  readonly labels: Tensor1D;
}

/** Invocations that share the rows. */
export const LANES = 64;

/** Arrays that the text below reads, and workgroup memory it uses. */
export const ACCURACY_ARRAYS = ['z: f32', 'label: i32'] as const;
export const ACCURACY_MEMORY = `var<workgroup> hits: array<f32, ${LANES}>;`;

/** WGSL: `share` for `lane` 0 of a workgroup of `LANES`; all of them run it. The lowest index wins a tie. */
export function accuracyText([n, k]: readonly [number, number]): string {
  return `var hit = 0.0;
  for (var row = lane; row < ${n}; row += ${LANES}) {
    var best = 0;
    for (var c = 1; c < ${k}; c++) { if (z[row * ${k} + c] > z[row * ${k} + best]) { best = c; } }
    hit += select(0.0, 1.0, best == label[row]);
  }
  hits[lane] = hit;
  workgroupBarrier();
  if (lane > 0) { return; }
  var total = 0.0;
  for (var i = 0; i < ${LANES}; i++) { total += hits[i]; }
  let share = total / ${f32(n)};`;
}

/** The same where there is no device of ours. No gradient. */
export const accuracyOf = ({ logits, labels }: Answers): Scalar =>
  tf.mean(tf.cast(tf.equal(tf.argMax(logits, -1), labels), 'float32'));

/** The same on the CPU. */
export function batchAccuracyTwin(logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  const k = logits.length / labels.length;
  let hits = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let c = 1; c < k; c++)
      if ((logits[row * k + c] as number) > (logits[row * k + best] as number)) best = c;
    if (best === labels[row]) hits++;
  }
  return hits / labels.length;
}
