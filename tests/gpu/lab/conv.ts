import * as tf from '@tensorflow/tfjs-core';
import { convFilterTwin, convInputTwin, convShape, convTwin } from '../../../src/engine/kernels/conv2d';
import type { Bench, Check } from './lab';

interface Shape {
  readonly x: [number, number, number, number];
  readonly w: [number, number, number, number];
  readonly stride?: number | [number, number];
  readonly pad?: 'same' | 'valid' | number;
  readonly special?: boolean;
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** The public op and both its gradients. */
async function conv(bench: Bench, { x, w, stride = 1, pad = 'same', special }: Shape): Promise<void> {
  const c = convShape(x, w, { strides: stride, pad })!;
  const out = [c.batch, c.outHeight, c.outWidth, c.outputs];
  const [xs, ws, dys] = [
    bench.values(product(x), special),
    bench.values(product(w)),
    bench.values(product(out)),
  ];
  const args = [bench.tensor(xs, x), bench.tensor(ws, w)];
  const dy = bench.tensor(dys, out);
  const run = (...t: tf.Tensor[]) => tf.conv2d(t[0] as tf.Tensor4D, t[1] as tf.Tensor4D, stride, pad);
  await bench.compare('y', run(...args), convTwin(xs, ws, c));
  const [dx, dw] = tf.grads(run)(args, dy);
  await bench.compare('dx', dx!, convInputTwin(dys, ws, c));
  await bench.compare('dw', dw!, convFilterTwin(xs, dys, c));
  if (special) {
    // Not for dw: zeros of the padding times NaN may count or not.
    const odd = bench.values(product(out), true);
    const seed = bench.tensor(odd, out);
    const input = tf.grad((t) => run(t, args[1]!))(args[0]!, seed);
    await bench.compare('special dx', input, convInputTwin(odd, ws, c));
    seed.dispose();
  }
  tf.dispose([args, dy]);
}

export const convChecks: Record<string, Check<never>> = { conv: conv as Check<never> };
