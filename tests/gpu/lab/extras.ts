/** Whole steps in the page: what they leave behind, whether they repeat, and how long kernels take. */
import * as tf from '@tensorflow/tfjs-core';
import { Rng } from '../../../src/core/rng';
import type { Gpu } from '../../../src/engine/gpu';
import { NetworkBuild } from '../../../src/engine/layers';
import { avgPool2, maxPool2 } from '../../../src/engine/ops/network';
import { chooseVariant, type Variant } from '../../../src/engine/variants';

/** Convolutions, norms with a residual, both pools and dense layers; returns the loss of a batch. */
function network(build: NetworkBuild): (x: tf.Tensor) => tf.Scalar {
  const stem = build.conv('stem', [9, 9, 3], 8);
  const norm = build.batchNorm('norm', stem.out, { relu: true });
  const deep = build.depthwise('deep', stem.out);
  const add = build.batchNorm('add', stem.out, { relu: true });
  const point = build.conv('point', [5, 5, 8], 12, { kernel: 1 });
  const hidden = build.dense('hidden', [108], 10, { activation: 'relu' });
  const head = build.dense('head', [10], 3);
  return (x) => {
    const h = norm(stem(x));
    const pooled = avgPool2(point(maxPool2(add(deep(h), h))));
    return tf.mean(tf.square(head(hidden(tf.reshape(pooled, [x.shape[0] as number, -1])))));
  };
}

async function gradients(variant: Variant, seed: number, steps: number, seen: (tensors: number) => void) {
  chooseVariant(variant);
  const build = new NetworkBuild(seed, 'lab');
  const loss = network(build);
  const values = Float32Array.from(
    { length: 6 * 9 * 9 * 3 },
    (
      (rng) => () =>
        rng.normal()
    )(new Rng(seed, 'x')),
  );
  const x = tf.tensor(values, [6, 9, 9, 3]);
  const weights = [...build.weights.values()];
  let last: Float32Array[] = [];
  for (let step = 0; step < steps; step++) {
    const { value, grads } = tf.variableGrads(() => loss(x), weights);
    const tensors = [value, ...Object.values(grads)];
    last = await Promise.all(tensors.map(async (t) => (await t.data()).slice() as Float32Array));
    tf.dispose(tensors);
    seen(tf.memory().numTensors);
  }
  x.dispose();
  build.dispose();
  return last;
}

export const extras = (device: Gpu) => ({
  /** Tensors and used buffers after each of some steps; all entries should be equal. */
  async leaks(variant: Variant, seed: number): Promise<[number, number][]> {
    const counts: [number, number][] = [];
    await gradients(variant, seed, 4, (tensors) => {
      device.flush();
      counts.push([tensors, device.memory().buffers]);
    });
    return counts.slice(1);
  },

  /** Gradients of the same step, twice, as bit patterns. */
  async twice(variant: Variant, seed: number): Promise<boolean> {
    const [a, b] = [await gradients(variant, seed, 1, () => {}), await gradients(variant, seed, 1, () => {})];
    return a.length > 8 && a.every((values, i) => values.every((v, k) => Object.is(v, b[i]![k])));
  },

  /** Gradients of the first step, to compare variants and backends. */
  async step(variant: Variant, seed: number): Promise<number[][]> {
    const all = await gradients(variant, seed, 1, () => {});
    return all.map((values) => [...values]);
  },

  /** The same step on the plain CPU backend. */
  async stepOnCpu(seed: number): Promise<number[][]> {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    try {
      return (await gradients('direct', seed, 1, () => {})).map((values) => [...values]);
    } finally {
      await tf.setBackend('condenser');
    }
  },
});
