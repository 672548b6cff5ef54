/**
 * The frame of kernels that turn each row into a row of the same width, with one number that follows a slider: what
 * is computed is stages as in rows.ts, forward and for the gradient, a dispatch each.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import { callOne, constants, rowsOf } from './define';
import { gradient, register } from './kernel';
import { type RowStep, rowKernel } from './rows';

export interface RowMap {
  readonly name: string;
  /** Stages that write `y[j]` from `x[j]` and the number `c[0]`; they depend on the width of rows. */
  readonly forward: (width: number) => readonly RowStep[];
  /** What the gradient reads beside `dy[j]`. */
  readonly keeps: 'x' | 'y';
  /** Stages that write `dx[j]`. */
  readonly backward: (width: number) => readonly RowStep[];
}

interface Attributes {
  readonly constant: number;
}

/** Registers the kernel of a map and its gradient. */
export function defineRowMap(gpu: Gpu, { name, forward, keeps, backward }: RowMap): void {
  register<Attributes>(name, ({ x }, { constant }) => {
    const { rows, width } = rowsOf(x!.shape);
    const y = gpu.output(x!.shape);
    const bindings = ['x: T', 'c: f32', 'y: T!'];
    const { code, groups } = rowKernel({ rows, width, bindings, steps: forward(width) });
    gpu.run(name, code, [x!, constants(gpu, [constant]), y], groups);
    return y;
  });
  register<Attributes>(`${name}Grad`, (inputs, { constant }) => {
    const kept = inputs[keeps] as TensorInfo;
    const { rows, width } = rowsOf(kept.shape);
    const dx = gpu.output(kept.shape);
    const bindings = [`${keeps}: T`, 'dy: T', 'c: f32', 'dx: T!'];
    const { code, groups } = rowKernel({ rows, width, bindings, steps: backward(width) });
    gpu.run(`${name} gradient`, code, [kept, inputs['dy']!, constants(gpu, [constant]), dx], groups);
    return dx;
  });
  const saved = keeps === 'x' ? { inputs: ['x'] } : { outputs: [true] };
  gradient<Attributes>(name, saved, (dy, [kept], attributes) => ({
    x: () => callOne(`${name}Grad`, { [keeps]: kept!, dy }, attributes),
  }));
}

/** Runs a map on our backend. */
export const rowMap = ({ name }: RowMap, x: Tensor, constant: number): Tensor =>
  callOne(name, { x }, { constant });
