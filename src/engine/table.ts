/** Persistent rows on the device: what methods remember of every sample. */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
import { scatterRows } from './ops/relations';
import type { Place } from './places';
import type { Table, Tensor1D, Tensor2D, Variable } from './types';
import { writeTensor } from './weights';

/** Most bytes of tables that are kept only to save time, where there is room for one of that size. */
const MOST_KEPT = 512e6;
/** The same where tables are copied to be written to. */
const MOST_COPIED = 16e6;

/** Bytes that such tables may take on the running device, each and all together. */
export function roomForTables(): number {
  const limits = gpu()?.device.limits;
  if (!limits) return MOST_COPIED;
  return Math.min(MOST_KEPT, limits.maxBufferSize, limits.maxStorageBufferBindingSize);
}

export class DeviceTable implements Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: Variable;
  private readonly place: Place | undefined;

  /** @param initial row-major `[rows, columns]`; zeros without it. */
  constructor(rows: number, columns: number, initial?: Float32Array) {
    this.rows = rows;
    this.columns = columns;
    const device = gpu();
    const shape: [number, number] = [rows, columns];
    this.place = device?.createPlace(rows * columns * 4, 'table');
    if (device && this.place && !initial) {
      const zeros = tf.engine().makeTensorFromTensorInfo(device.tensorAt(shape, this.place.view()));
      this.values = tf.variable(zeros, false);
      zeros.dispose();
      return;
    }
    const start = initial ?? new Float32Array(rows * columns);
    this.values = tf.tidy(() => tf.variable(tf.tensor2d(start, shape), false));
    if (this.place) device?.place(this.values, this.place.view());
  }

  read(index: Tensor1D): Tensor2D {
    return tf.gather(this.values, index) as Tensor2D;
  }

  write(index: Tensor1D, values: Tensor2D): void {
    scatterRows(this.values, index, values);
  }

  fill(values: Float32Array): void {
    writeTensor(this.values, values);
  }

  dispose(): void {
    this.values.dispose();
    this.place?.destroy();
  }
}
