import * as tf from '@tensorflow/tfjs-core';
import {
  batchNormGradientTwin,
  batchNormKernel,
  batchNormTwin,
} from '../../../src/engine/kernels/batch-norm';
import type { Bench, Check } from './lab';

interface NormCase {
  readonly shape: number[];
  readonly relu?: boolean;
  readonly affine?: boolean;
  readonly residual?: boolean;
  readonly training?: boolean;
  /** Added to x: a mean far from zero, which naive variances lose. */
  readonly offset?: number;
  readonly special?: boolean;
}

const MOMENTUM = 0.9;
const EPSILON = 1e-5;

/** Forward, running averages and every gradient. */
async function batchNorm(bench: Bench, spec: NormCase): Promise<void> {
  const { shape, relu = false, affine = true, training = true, offset = 0 } = spec;
  const n = shape.reduce((a, b) => a * b, 1);
  const channels = shape.at(-1) as number;
  const rows = n / channels;
  const xs = bench.values(n, spec.special).map((v) => v + offset);
  const [scale, shift, mean] = [1, 2, 3].map(() => bench.values(channels)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const variance = bench.values(channels).map((v) => v * v + 0.1);
  const [residual, dys] = [bench.values(n), bench.values(n)];
  const running = {
    mean: tf.variable(tf.tensor(mean), false),
    variance: tf.variable(tf.tensor(variance), false),
  };
  const args = [bench.tensor(xs, shape)];
  if (affine) args.push(bench.tensor(scale, [channels]), bench.tensor(shift, [channels]));
  if (spec.residual) args.push(bench.tensor(residual, shape));
  // Apart, as in a lane: a pass may write the one and read the other.
  bench.place([running.mean, running.variance]);
  if (affine) bench.place(args.slice(1, 3));
  const dy = bench.tensor(dys, shape);
  const options = { training, relu, epsilon: EPSILON, momentum: MOMENTUM };
  const run =
    (update: boolean) =>
    (...t: tf.Tensor[]) =>
      batchNormKernel(t[0]!, affine ? t[1] : undefined, affine ? t[2] : undefined, running, {
        ...options,
        update,
        residual: spec.residual ? t.at(-1) : undefined,
      });
  const twin = {
    rows,
    channels,
    relu,
    epsilon: EPSILON,
    ...(affine ? { scale, shift } : {}),
    ...(spec.residual ? { residual } : {}),
    ...(training ? {} : { running: [mean, variance] as const }),
  };
  const want = batchNormTwin(xs, twin);
  const grads = batchNormGradientTwin(dys, xs, twin);
  await bench.compare(
    'y',
    tf.tidy(() => run(training)(...args)),
    want.y,
  );
  const got = tf.grads(run(false))(args, dy);
  await bench.compare('dx', got[0]!, grads.x);
  if (affine) await bench.compare('dscale', got[1]!, grads.scale);
  if (affine) await bench.compare('dshift', got[2]!, grads.shift);
  if (spec.residual) await bench.compare('dresidual', got.at(-1)!, grads.residual);
  const unbiased = rows / Math.max(1, rows - 1);
  const moved = (old: Float32Array, now: Float64Array, factor: number) =>
    now.map((v, c) => (training ? MOMENTUM * old[c]! + (1 - MOMENTUM) * v * factor : old[c]!));
  await bench.compare('running mean', running.mean.clone(), moved(mean, want.mean, 1));
  await bench.compare('running variance', running.variance.clone(), moved(variance, want.variance, unbiased));
  tf.dispose([args, dy]);
  for (const v of Object.values(running)) v.dispose();
}

export const normChecks: Record<string, Check<never>> = { 'batch-norm': batchNorm as Check<never> };
