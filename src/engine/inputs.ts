/**
 * Tensors with a fixed place that the host rewrites between steps: batch indices, step counters, learning
 * rates. A recorded step reads whatever stands there when it is replayed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
import type { Place } from './places';
import type { Tensor, Variable } from './types';

type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

export class FixedInput<T extends Tensor = Tensor> {
  private readonly variable: Variable;
  private readonly place: Place | undefined;
  /** Last values written; also read by kernels that run on the CPU. */
  values: Values;

  constructor(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32') {
    const n = shape.reduce((a, b) => a * b, 1);
    this.values = dtype === 'int32' ? new Int32Array(n) : new Float32Array(n);
    this.variable = tf.tidy(() => tf.variable(tf.tensor(this.values, [...shape], dtype), false));
    const device = gpu();
    if (device) {
      this.place = device.createPlace(n * 4, 'input');
      device.place(this.variable, this.place.view());
    }
  }

  get tensor(): T {
    return this.variable as Tensor as T;
  }

  set(values: Values): void {
    this.values = values;
    const device = gpu();
    if (device && this.place) {
      device.write(this.place.buffer, this.place.offset, values);
      return;
    }
    const { shape, dtype } = this.variable;
    tf.tidy(() => this.variable.assign(tf.tensor(values.slice(), shape, dtype) as Variable));
  }

  dispose(): void {
    this.variable.dispose();
    this.place?.destroy();
  }
}

/** Names of the numbers every lane's clock holds, in order. */
export const CLOCK = { step: 0, progress: 1, epoch: 2 } as const;

/** Step counter of one lane: what replays read as step, progress and epoch. */
export class Clock {
  readonly input = new FixedInput([4]);

  set(step: number, progress: number, epoch: number): void {
    this.input.set(new Float32Array([step, progress, epoch, 0]));
  }

  get step(): number {
    return this.input.values[CLOCK.step] as number;
  }

  /** One entry as a scalar on the device. */
  scalar(entry: keyof typeof CLOCK): tf.Scalar {
    return tf.reshape(tf.slice(this.input.tensor, [CLOCK[entry]], [1]), []) as tf.Scalar;
  }

  dispose(): void {
    this.input.dispose();
  }
}
