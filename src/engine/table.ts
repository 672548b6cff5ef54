/** Persistent rows on the device: what methods remember of every sample. */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
import type { Table, Tensor1D, Tensor2D, Variable } from './types';
import { bindings, cover, main } from './wgsl';

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
    const device = gpu();
    if (!device) {
      const at = tf.reshape(index, [-1, 1]);
      tf.tidy(() => this.values.assign(tf.tensorScatterUpdate(this.values, at, values) as Variable));
      return;
    }
    const n = values.size;
    const code = `${bindings('index: i32', 'value: f32', 'table: f32!')}${main(n)}
  table[index[idx / ${this.columns}] * ${this.columns} + idx % ${this.columns}] = value[idx];
}`;
    device.run('table-write', code, [index, values, this.values], cover(n));
  }

  dispose(): void {
    this.values.dispose();
    this.buffer?.destroy();
  }
}
