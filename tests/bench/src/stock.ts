/** Stock TensorFlow.js, as its users write it: functional ops, tf.train.adam, nothing of ours registered. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { forward, type Peer } from './forward';
import { ADAM_EPSILON, batchesOf, CLASSES, HEADS, NORM_EPSILON, netOf, RATE, type Weights } from './nets';
import type { Trainer } from './types';

type T = tf.Tensor;

function batchNorm(x: T, scale: T, shift: T): T {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return tf.batchNorm(
    x,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    shift as tf.Tensor1D,
    scale as tf.Tensor1D,
    NORM_EPSILON,
  );
}

function layerNorm(x: T, scale: T, shift: T): T {
  const { mean, variance } = tf.moments(x, [-1], true);
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(normal, scale), shift);
}

function attention(qkv: T): T {
  const [b = 1, t = 1, triple = 3] = qkv.shape;
  const d = triple / 3;
  const split = tf.transpose(tf.reshape(qkv, [b, t, 3, HEADS, d / HEADS]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(split) as [T, T, T];
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d / HEADS));
  return tf.reshape(tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]), [b, t, d]);
}

function dense(x: T, weight: T, bias: T): T {
  const rows = tf.reshape(x, [-1, weight.shape[0] as number]);
  const y = tf.add(tf.matMul(rows, weight), bias);
  return tf.reshape(y, [...x.shape.slice(0, -1), weight.shape[1] as number]);
}

/** Patches by transposition and one product: faster in stock kernels than a convolution. */
function patches(x: T, patch: number, filter: T, bias: T, positions: T): T {
  const [b = 1, h = 1, w = 1, c = 1] = x.shape;
  const [rows, columns] = [h / patch, w / patch];
  const cut = tf.transpose(tf.reshape(x, [b, rows, patch, columns, patch * c]), [0, 1, 3, 2, 4]);
  const flat = tf.reshape(cut, [b, rows * columns, patch * patch * c]);
  return tf.add(dense(flat, tf.reshape(filter, [patch * patch * c, -1]), bias), positions);
}

function peerOf(w: (name: string) => T): Peer<T> {
  return {
    share: (x) => x,
    relu: tf.relu,
    gelu: (x) => tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))))),
    add: tf.add,
    conv: (x, name, stride) =>
      tf.conv2d(x as tf.Tensor4D, w(`${name}/filter`) as tf.Tensor4D, stride, 'same'),
    depthwise: (x, name, stride) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, w(`${name}/filter`) as tf.Tensor4D, stride, 'same'),
    batchNorm: (x, name) => batchNorm(x, w(`${name}/scale`), w(`${name}/shift`)),
    layerNorm: (x, name) => layerNorm(x, w(`${name}/scale`), w(`${name}/shift`)),
    maxPool: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'),
    flatten: (x) => tf.reshape(x, [x.shape[0] as number, -1]),
    average: (x) => tf.mean(x, x.rank === 4 ? [1, 2] : 1),
    dense: (x, name) => dense(x, w(`${name}/weight`), w(`${name}/bias`)),
    patches: (x, patch) =>
      patches(x, patch, w('stem/patches/filter'), w('stem/patches/bias'), w('stem/positions')),
    attention,
  };
}

async function start(backend: 'webgpu' | 'webgl'): Promise<void> {
  if (backend === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  else await import('@tensorflow/tfjs-backend-webgl');
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start ${backend}.`);
  await tf.ready();
}

export async function makeStock(
  backend: 'webgpu' | 'webgl',
  name: string,
  weights: Weights,
): Promise<Trainer> {
  await start(backend);
  const net = netOf(name);
  const variables = new Map(
    Object.entries(weights).map(([key, { shape, values }]) => [
      key,
      tf.variable(tf.tensor(values, shape), true),
    ]),
  );
  const weight = (key: string): T => {
    const found = variables.get(key);
    if (!found) throw new Error(`There is no weight '${key}'.`);
    return found;
  };
  const peer = peerOf(weight);
  const batches = batchesOf(net).map(({ x, y }) => ({
    x: tf.tensor(x, [net.batch, ...net.image]),
    y: tf.cast(tf.oneHot(tf.tensor1d(y, 'int32'), CLASSES), 'float32'),
  }));
  const optimizer = tf.train.adam(RATE, 0.9, 0.999, ADAM_EPSILON);
  const list = [...variables.values()];
  let steps = 0;
  let loss: tf.Scalar | undefined;
  return {
    parameters: list.reduce((n, variable) => n + variable.size, 0),
    step() {
      const batch = batches[steps++ % batches.length];
      if (!batch) throw new Error('There are no batches.');
      loss?.dispose();
      const made = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(batch.y, forward(peer, net, batch.x)) as tf.Scalar,
        true,
        list,
      );
      loss = made ?? undefined;
    },
    async finish() {
      return (await loss?.data())?.[0];
    },
  };
}
