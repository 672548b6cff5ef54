/** The Wasm backend, with the one kernel it lacks for training composed from matrix products. */

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';

interface FilterAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid';
  readonly filterShape: [number, number, number, number];
}

/** Gradient of a convolution's filter: one product per filter tap of shifted inputs with the output gradient. */
function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  { strides, pad, filterShape }: FilterAttributes,
): tf.Tensor {
  const [kh, kw, inputs, outputs] = filterShape;
  const stride = Array.isArray(strides) ? strides[0] : strides;
  const [b, h, w] = x.shape;
  const [, oh, ow] = dy.shape;
  const excess = (out: number, k: number, n: number) =>
    pad === 'same' ? Math.max(0, (out - 1) * stride + k - n) : 0;
  const [ph, pw] = [excess(oh, kh, h), excess(ow, kw, w)];
  const before = [ph >> 1, pw >> 1] as const;
  const padded = tf.pad(x, [
    [0, 0],
    [before[0], ph - before[0]],
    [before[1], pw - before[1]],
    [0, 0],
  ]);
  const rows = tf.reshape(dy, [-1, outputs]);
  const taps: tf.Tensor[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const end = [b, i + (oh - 1) * stride + 1, j + (ow - 1) * stride + 1, inputs];
      const seen = tf.stridedSlice(padded, [0, i, j, 0], end, [1, stride, stride, 1]);
      taps.push(tf.matMul(tf.reshape(seen, [-1, inputs]), rows, true, false));
    }
  return tf.reshape(tf.concat(taps, 0), filterShape);
}

export async function bootWasm(): Promise<void> {
  // The threaded build starts workers from the text of a function, which minifying breaks.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    // Has to be named, is never loaded.
    'tfjs-backend-wasm-threaded-simd.wasm': simd,
  });
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() =>
        filterGradient(
          inputs['x'] as tf.Tensor4D,
          inputs['dy'] as tf.Tensor4D,
          attrs as unknown as FilterAttributes,
        ),
      ),
  });
}
