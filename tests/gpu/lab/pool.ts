import * as tf from '@tensorflow/tfjs-core';
import { convShape } from '../../../src/engine/kernels/conv2d';
import {
  depthwiseFilterTwin,
  depthwiseInputTwin,
  depthwiseTwin,
} from '../../../src/engine/kernels/depthwise';
import { type Kind, poolGradientTwin, poolShape, poolTwin } from '../../../src/engine/kernels/pool';
import type { Bench, Check } from './lab';

interface PoolCase {
  readonly kind: Kind;
  readonly x: [number, number, number, number];
  readonly window: number | [number, number];
  readonly stride: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly special?: boolean;
  /** Few distinct values, so that windows have several maxima. */
  readonly ties?: boolean;
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

async function pool(bench: Bench, { kind, x, window, stride, pad, special, ties }: PoolCase): Promise<void> {
  const p = poolShape(x, { filterSize: window, strides: stride, pad });
  const xs = bench.values(product(x), special);
  if (ties)
    xs.forEach((v, i) => {
      xs[i] = Math.round(v);
    });
  const out = [p.batch, p.outHeight, p.outWidth, p.channels];
  const dys = bench.values(product(out));
  const [input, dy] = [bench.tensor(xs, x), bench.tensor(dys, out)];
  const op = kind === 'max' ? tf.maxPool : tf.avgPool;
  const run = (t: tf.Tensor) => op(t as tf.Tensor4D, window, stride, pad);
  await bench.compare('y', run(input), poolTwin(kind, xs, p));
  await bench.compare('dx', tf.grad(run)(input, dy), poolGradientTwin(kind, dys, xs, p));
  tf.dispose([input, dy]);
}

interface DepthwiseCase {
  readonly x: [number, number, number, number];
  readonly kernel: [number, number];
  readonly stride?: number | [number, number];
  readonly pad?: 'same' | 'valid' | number;
  readonly special?: boolean;
}

async function depthwise(bench: Bench, spec: DepthwiseCase): Promise<void> {
  const { x, kernel, stride = 1, pad = 'same', special } = spec;
  const filter: [number, number, number, number] = [...kernel, x[3], 1];
  const c = convShape(x, filter, { strides: stride, pad }, true)!;
  const out = [c.batch, c.outHeight, c.outWidth, c.inputs];
  const [xs, ws, dys] = [
    bench.values(product(x), special),
    bench.values(product(filter)),
    bench.values(product(out)),
  ];
  const args = [bench.tensor(xs, x), bench.tensor(ws, filter)];
  const dy = bench.tensor(dys, out);
  const run = (...t: tf.Tensor[]) =>
    tf.depthwiseConv2d(t[0] as tf.Tensor4D, t[1] as tf.Tensor4D, stride, pad);
  await bench.compare('y', run(...args), depthwiseTwin(xs, ws, c));
  const [dx, dw] = tf.grads(run)(args, dy);
  await bench.compare('dx', dx!, depthwiseInputTwin(dys, ws, c));
  await bench.compare('dw', dw!, depthwiseFilterTwin(xs, dys, c));
  tf.dispose([args, dy]);
}

export const poolChecks: Record<string, Check<never>> = {
  pool: pool as Check<never>,
  depthwise: depthwise as Check<never>,
};
