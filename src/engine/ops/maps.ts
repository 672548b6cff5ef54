/** Inner activations of networks that were not built for one another: one form, one size. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '../types';

/** `[b, h, w, c]` from a map, from tokens `[b, t, d]` (a square if t is one, else a row) or from vectors. */
export function toMap(x: Tensor): Tensor4D {
  if (x.rank === 4) return x as Tensor4D;
  const [b = 1] = x.shape;
  const tokens = x.rank === 3 ? (x.shape[1] as number) : 1;
  const side = Math.round(Math.sqrt(tokens));
  const [h, w] = side * side === tokens ? [side, side] : [1, tokens];
  return tf.reshape(x, [b, h, w, x.shape.at(-1) as number]) as Tensor4D;
}

/** `[copies, out, size]`: row i averages the cells from floor(i size / out) up to ceil((i + 1) size / out). */
function averaging(size: number, out: number, copies: number): Tensor {
  const weights = new Float32Array(out * size);
  for (let i = 0; i < out; i++) {
    const from = Math.floor((i * size) / out);
    const to = Math.ceil(((i + 1) * size) / out);
    weights.fill(1 / (to - from), i * size + from, i * size + to);
  }
  return tf.tile(tf.tensor3d(weights, [1, out, size]), [copies, 1, 1]);
}

/**
 * Adaptive average pooling of `[b, h, w, c]` to `[b, height, width, c]`, for any ratio; exact block averages
 * when the sizes divide. Two matrix products, because stock pooling needs a whole-number ratio.
 */
export function poolTo(x: Tensor4D, height: number, width: number): Tensor4D {
  const [b, h, w, c] = x.shape;
  let y: Tensor = x;
  if (h !== height) y = tf.matMul(averaging(h, height, b), tf.reshape(y, [b, h, w * c]));
  if (w !== width) y = tf.matMul(averaging(w, width, b * height), tf.reshape(y, [b * height, w, c]));
  return tf.reshape(y, [b, height, width, c]) as Tensor4D;
}

/** Two maps average-pooled to the smaller height and the smaller width of both. */
export function poolToSmaller(a: Tensor4D, b: Tensor4D): [Tensor4D, Tensor4D] {
  const height = Math.min(a.shape[1], b.shape[1]);
  const width = Math.min(a.shape[2], b.shape[2]);
  return [poolTo(a, height, width), poolTo(b, height, width)];
}
