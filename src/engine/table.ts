/** Persistent rows on the device: what methods remember of every sample. */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
import { scatterRows } from './ops/relations';
import type { Table, Tensor1D, Tensor2D, Variable } from './types';

export class DeviceTable implements Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: Variable;
  private readonly buffer: GPUBuffer | undefined;

  /** @param initial row-major `[rows, columns]`; zeros without it. */
  constructor(rows: number, columns: number, initial?: Float32Array) {
    this.rows = rows;
    this.columns = columns;
    const start = initial ?? new Float32Array(rows * columns);
    this.values = tf.tidy(() => tf.variable(tf.tensor2d(start, [rows, columns]), false));
    const device = gpu();
    if (!device) return;
    this.buffer = device.createBuffer(rows * columns * 4, 'table');
    device.place(this.values, { buffer: this.buffer, offset: 0, size: this.buffer.size });
  }

  read(index: Tensor1D): Tensor2D {
    return tf.gather(this.values, index) as Tensor2D;
  }

  write(index: Tensor1D, values: Tensor2D): void {
    scatterRows(this.values, index, values);
  }

  dispose(): void {
    this.values.dispose();
    this.buffer?.destroy();
  }
}
