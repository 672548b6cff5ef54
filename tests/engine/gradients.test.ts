import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { fixGradients } from '../../src/engine/gradients';
import { poolGradientTwin, poolShape } from '../../src/engine/kernels/pool';

beforeAll(fixGradients);

it.each([
  [[0], false],
  [[1], true],
  [[0, 2], false],
  [[0, 1, 2], true],
])('gradient of sum and mean over %j, axes kept: %s', async (axes, keep) => {
  const shape = [3, 4, 5];
  const weights = tf.randomNormal(tf.sum(tf.zeros(shape), axes, keep).shape, 0, 1, 'float32', 7);
  const share = axes.reduce((n, axis) => n * shape[axis]!, 1);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const want = await tf
    .tile(
      tf.reshape(weights, kept),
      shape.map((n, i) => n / kept[i]!),
    )
    .data();
  const grad = (f: typeof tf.sum) =>
    tf
      .grad((x) => tf.sum(tf.mul(f(x, axes, keep), weights)))(tf.zeros(shape))
      .data();
  expect(await grad(tf.sum)).toEqual(want);
  const means = await grad(tf.mean);
  for (const [i, v] of means.entries()) expect(v).toBeCloseTo((want[i] as number) / share, 6);
});

it('second derivatives pass through sums', async () => {
  const cubes = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.square(x)));
  const second = tf.grad((x) => tf.sum(tf.grad(cubes)(x)));
  expect([...(await second(tf.tensor1d([1, 2])).data())]).toEqual([6, 12]);
});

it.each(['same', 'valid'] as const)('average pooling of odd sizes, %s', async (pad) => {
  const shape: [number, number, number, number] = [2, 5, 7, 3];
  const p = poolShape(shape, { filterSize: 2, strides: 2, pad });
  const rng = new Rng(3, 'pool');
  const dy = Float32Array.from({ length: 2 * p.outHeight * p.outWidth * 3 }, () => rng.normal());
  const seed = tf.tensor4d(dy, [2, p.outHeight, p.outWidth, 3]);
  const dx = tf.grad((x) => tf.avgPool(x as tf.Tensor4D, 2, 2, pad))(tf.zeros(shape), seed);
  const want = poolGradientTwin('avg', dy, new Float64Array(210), p);
  for (const [i, v] of (await dx.data()).entries()) expect(v).toBeCloseTo(want[i] as number, 6);
});
