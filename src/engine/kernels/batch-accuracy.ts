import * as tf from '@tensorflow/tfjs-core';
import { gpu } from '../gpu';
import type { Scalar, Tensor1D, Tensor2D } from '../types';
import { bindings, f32 } from '../wgsl';
import type { KernelCard } from './kernel';

export const card: KernelCard = {
  id: 'batch-accuracy',
  summary: 'Share of rows whose largest logit is at the label.',
  shapes: 'logits [n, k] and labels [n], any n and k',
  variants: ['one workgroup'],
};

const LANES = 64;

/** Share of rows whose largest logit is at the label; the lowest index wins a tie. No gradient. */
export function batchAccuracy(logits: Tensor2D, labels: Tensor1D): Scalar {
  const device = gpu();
  if (!device) return tf.mean(tf.cast(tf.equal(tf.argMax(logits, -1), labels), 'float32'));
  const [n, k] = logits.shape;
  const out = device.output([]);
  const code = `${bindings('z: f32', 'label: i32', 'share: f32!')}
var<workgroup> hits: array<f32, ${LANES}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  var hit = 0.0;
  for (var row = lane; row < ${n}; row += ${LANES}) {
    var best = 0;
    for (var c = 1; c < ${k}; c++) { if (z[row * ${k} + c] > z[row * ${k} + best]) { best = c; } }
    hit += select(0.0, 1.0, best == label[row]);
  }
  hits[lane] = hit;
  workgroupBarrier();
  if (lane == 0) {
    var total = 0.0;
    for (var i = 0; i < ${LANES}; i++) { total += hits[i]; }
    share[0] = total / ${f32(n)};
  }
}`;
  device.run('batch-accuracy', code, [logits, labels, out], [1, 1, 1]);
  return tf.engine().makeTensorFromTensorInfo(out) as Scalar;
}

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
