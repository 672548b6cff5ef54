/** Reading and writing whole tensors outside of steps. */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
import type { Tensor, Variable } from './types';

/** The values of a float tensor, never from a cache. */
export async function readTensor(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
  const device = gpu();
  if (!device) return Float32Array.from(await tensor.data());
  const { buffer, offset } = device.region(tensor);
  return new Float32Array(await device.readRegion({ buffer, offset, size: tensor.size * 4 }));
}

/** Replaces the values of a variable where it stands. */
export function writeTensor(variable: Variable, values: Float32Array): void {
  const device = gpu();
  if (!device) {
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape) as Variable));
    return;
  }
  const { buffer, offset } = device.region(variable);
  device.write(buffer, offset, Float32Array.from(values));
}

/** Gradients of a scalar with respect to variables; undefined for those it does not depend on. */
export function gradientsOf(loss: () => tf.Scalar, variables: readonly Variable[]): (Tensor | undefined)[] {
  if (variables.length === 0) {
    tf.tidy(() => void loss());
    return [];
  }
  const { grads } = tf.engine().gradients(loss, [...variables], undefined, true);
  return grads as (Tensor | undefined)[];
}

export const keep = tf.keep;
export const tidy = tf.tidy;

/** Joins tensors into one row and takes it apart again. */
export const join = (tensors: readonly Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map((t) => tf.reshape(t, [-1]) as tf.Tensor1D));

export function takeApart(row: tf.Tensor1D, like: readonly Tensor[]): Tensor[] {
  let at = 0;
  return like.map((t) => {
    const part = tf.reshape(tf.slice(row, [at], [t.size]), t.shape);
    at += t.size;
    return part;
  });
}

/** Live tensors and bytes, for leak tests. */
export const memory = (): { tensors: number; bytes: number } => {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, bytes: numBytes };
};
