/** What predictions were right, wrong and sure of: counts that stay on the device and grow in place. */
import * as tf from '@tensorflow/tfjs-core';
import { type Gpu, gpu } from '../gpu';
import type { Tensor, Tensor1D, Tensor2D, Variable } from '../types';
import { bindings, cover, main } from '../wgsl';
import type { KernelCard } from './kernel';
import { release } from './kernel';
import { LOWEST } from './rows';

export const card: KernelCard = {
  id: 'confusion',
  summary:
    'Adds a batch to a confusion matrix and to calibration bins (count, confidence, correct), in place.',
  shapes: 'logits [n, k], labels int32 [n], confusion [k, k], bins [b, 3]',
  variants: ['direct'],
};

/** Predicted class (lowest index of a tie), confidence and bin of each row, `[n, 3]`. */
function predictions(device: Gpu, logits: Tensor2D, bins: number) {
  const [n, classes] = logits.shape;
  const out = device.output([n, 3]);
  const code = `${bindings('z: f32', 'out: f32!')}${main(n)}
  let base = idx * ${classes};
  var top = ${LOWEST};
  var best = 0;
  for (var c = 0; c < ${classes}; c++) { if (z[base + c] > top) { top = z[base + c]; best = c; } }
  var sum = 0.0;
  for (var c = 0; c < ${classes}; c++) { sum += exp(z[base + c] - top); }
  let confidence = 1.0 / sum;
  out[idx * 3] = f32(best);
  out[idx * 3 + 1] = confidence;
  out[idx * 3 + 2] = min(${bins - 1}.0, floor(confidence * ${bins}.0));
}`;
  device.run('predictions', code, [logits, out], cover(n));
  return out;
}

/** One invocation for each cell and each bin goes through the batch: no atomics, so sums have one order. */
function add(device: Gpu, confusion: Variable, bins: Variable, logits: Tensor2D, labels: Tensor1D): void {
  const [n, classes] = logits.shape;
  const count = bins.shape[0] as number;
  const rows = predictions(device, logits, count);
  const cells = classes * classes;
  const names = ['rows: f32', 'labels: i32', 'confusion: f32!', 'bins: f32!'];
  const code = `${bindings(...names)}${main(cells + count)}
  if (idx < ${cells}) {
    var hits = 0.0;
    for (var r = 0; r < ${n}; r++) {
      if (labels[r] == idx / ${classes} && i32(rows[r * 3]) == idx % ${classes}) { hits += 1.0; }
    }
    confusion[idx] += hits;
    return;
  }
  let bin = idx - ${cells};
  var sums = vec3f();
  for (var r = 0; r < ${n}; r++) {
    if (i32(rows[r * 3 + 2]) == bin) {
      sums += vec3f(1.0, rows[r * 3 + 1], select(0.0, 1.0, labels[r] == i32(rows[r * 3])));
    }
  }
  bins[bin * 3] += sums.x;
  bins[bin * 3 + 1] += sums.y;
  bins[bin * 3 + 2] += sums.z;
}`;
  device.run('confusion', code, [rows, labels, confusion, bins], cover(cells + count));
  release(device, rows);
}

/** The same of stock ops. */
function composed(confusion: Variable, bins: Variable, logits: Tensor2D, labels: Tensor1D): void {
  const [, classes] = logits.shape;
  const hot = (x: Tensor, depth: number) => tf.oneHot(x as Tensor1D, depth, 1, 0, 'float32') as Tensor2D;
  const best = tf.argMax(logits, -1) as Tensor1D;
  const confidence = tf.max(tf.softmax(logits), -1);
  const count = bins.shape[0] as number;
  const bin = tf.cast(tf.minimum(count - 1, tf.floor(tf.mul(confidence, count))), 'int32');
  const correct = tf.cast(tf.equal(best, labels), 'float32');
  const rows = tf.stack([tf.onesLike(confidence), confidence, correct], 1) as Tensor2D;
  const counts = tf.matMul(hot(labels, classes), hot(best, classes), true, false);
  confusion.assign(tf.add(confusion, counts) as Variable);
  bins.assign(tf.add(bins, tf.matMul(hot(bin, count), rows, true, false)) as Variable);
}

/**
 * Adds a batch: `confusion[label][predicted]` counts rows; `bins[i]` adds up (rows, confidence, correct) of the
 * rows whose confidence lies in the i-th of equal parts of [0, 1].
 */
export function addConfusion(confusion: Variable, bins: Variable, logits: Tensor2D, labels: Tensor1D): void {
  const device = gpu();
  if (device) add(device, confusion, bins, logits, labels);
  else tf.tidy(() => composed(confusion, bins, logits, labels));
}

/** The same in float64: new counts and bins of this batch alone. */
export function confusionTwin(logits: Float64Array, labels: Int32Array, classes: number, count: number) {
  const confusion = new Float64Array(classes * classes);
  const bins = new Float64Array(count * 3);
  labels.forEach((label, row) => {
    const z = logits.subarray(row * classes, (row + 1) * classes);
    let best = 0;
    z.forEach((v, c) => {
      if (v > z[best]!) best = c;
    });
    const confidence = 1 / z.reduce((sum, v) => sum + Math.exp(v - z[best]!), 0);
    const bin = Math.min(count - 1, Math.floor(confidence * count));
    confusion[label * classes + best]! += 1;
    bins[bin * 3]! += 1;
    bins[bin * 3 + 1]! += confidence;
    bins[bin * 3 + 2]! += label === best ? 1 : 0;
  });
  return { confusion, bins };
}
