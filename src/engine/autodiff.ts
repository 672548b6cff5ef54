/** One-off evaluation outside of a training step, on whichever backend runs: golden cases and tests. */
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from './types';

/** Rectangular nested numbers. */
export type Nested = number | readonly Nested[];

/** A tensor of the shape of `values`. */
export const tensorOf = (values: Nested, dtype: 'float32' | 'int32' = 'float32'): Tensor =>
  tf.tensor(values as number[], undefined, dtype);

/** The numbers of a tensor, read without blocking. */
export const read = async (x: Tensor): Promise<Float32Array | Int32Array> =>
  (await x.data()) as Float32Array | Int32Array;

/** d f(x) / dx, in the shape of `x`. Throws when `f` does not depend on `x`. */
export const gradient = (f: (x: Tensor) => Scalar, x: Tensor): Tensor => tf.grad(f)(x);

/** d f(...xs) / dx of each x at once. Throws when `f` does not depend on one of them. */
export const gradients = (f: (...xs: Tensor[]) => Scalar, xs: readonly Tensor[]): Tensor[] =>
  tf.grads(f)([...xs]);

/** Frees everything made inside that is not returned. */
export const tidy: typeof tf.tidy = tf.tidy;
