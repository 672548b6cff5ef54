/**
 * Counter-based random tensors: entry i of stream `name` at step s is a pure function of (seed, scope, name, s,
 * i), computed on the GPU from the lane's clock. Replays therefore draw fresh numbers and reruns the same.
 * The integers are those of `core/rng.ts` bit for bit.
 */
import * as tf from '@tensorflow/tfjs-core';
import { hash, hashText } from '../core/rng';
import { gpu } from './gpu';
import type { Clock } from './inputs';
import type { Random, Tensor, Tensor1D } from './types';
import { bindings, cover, main, PCG } from './wgsl';

const toUniform = (word: number): number => (word >>> 8) / 16777216;

const program = (
  n: number,
  key: number,
  normal: boolean,
): string => `${PCG}${bindings('clock: f32', 'out: f32!')}
${main(n)}
  let base = pcg(pcg(${key}u) ^ u32(clock[0]));
  ${
    normal
      ? `let u = uniform_of(pcg(base ^ u32(2 * idx)));
  let v = uniform_of(pcg(base ^ u32(2 * idx + 1)));
  // cos(2 pi v) by an angle in [-pi, pi), where WGSL bounds the error of its cosine.
  out[idx] = -sqrt(-2.0 * log(1.0 - u)) * cos(6.283185307179586 * (v - 0.5));`
      : 'out[idx] = uniform_of(pcg(base ^ u32(idx)));'
  }
}`;

/** The same numbers on the CPU. */
export function randomTwin(key: number, step: number, n: number, normal: boolean): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => {
    if (!normal) return toUniform(hash(key, step, i));
    const u = toUniform(hash(key, step, 2 * i));
    const v = toUniform(hash(key, step, 2 * i + 1));
    return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  });
}

export class StepRandom implements Random {
  private readonly seed: number;
  private readonly scope: string;
  private readonly clock: Clock;

  constructor(seed: number, scope: string, clock: Clock) {
    this.seed = seed;
    this.scope = scope;
    this.clock = clock;
  }

  uniform(name: string, shape: readonly number[]): Tensor {
    return this.draw(name, shape, false);
  }

  normal(name: string, shape: readonly number[]): Tensor {
    return this.draw(name, shape, true);
  }

  permutation(name: string, n: number): Tensor1D {
    const u = this.uniform(name, [n]);
    const row = tf.reshape(u, [1, n]);
    const column = tf.reshape(u, [n, 1]);
    const places = tf.range(0, n, 1, 'int32');
    const earlier = tf.less(tf.reshape(places, [1, n]), tf.reshape(places, [n, 1]));
    // The rank of each number; equal numbers are ordered by place, so the ranks are a permutation.
    const before = tf.logicalOr(tf.less(row, column), tf.logicalAnd(tf.equal(row, column), earlier));
    return tf.cast(tf.sum(tf.cast(before, 'float32'), 1), 'int32') as Tensor1D;
  }

  private draw(name: string, shape: readonly number[], normal: boolean): Tensor {
    const n = shape.reduce((a, b) => a * b, 1);
    const key = hash(this.seed, hashText(`${this.scope}/${name}`));
    const device = gpu();
    if (!device) return tf.tensor(randomTwin(key, this.clock.step, n, normal), [...shape], 'float32');
    const out = device.output(shape);
    device.run('random', program(n, key, normal), [this.clock.input.tensor, out], cover(n));
    return tf.engine().makeTensorFromTensorInfo(out);
  }
}
