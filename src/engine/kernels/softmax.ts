/** Softmax over rows with a temperature, and its gradient. Also takes the place of the stock `Softmax`. */
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import { BACKEND, type KernelCard, register } from './kernel';
import { defineRowMap, type RowMap, rowMap } from './row-map';
import { logSoftmaxRows } from './twins';

export const card: KernelCard = {
  id: 'softmax',
  summary: 'softmax(x / T) over the last axis and its gradient, one dispatch each.',
  shapes: '[..., k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

/** y = exp((x - max) / T) / sum; dx = y (dy - sum(dy y)) / T. */
const softmax: RowMap = {
  name: 'CondenserSoftmax',
  keeps: 'y',
  forward: () => [
    { row: 'let T0 = c[0];' },
    { max: { top: 'x[j]' } },
    { sum: { s: 'expo((x[j] - top) / T0)' } },
    { each: 'y[j] = expo((x[j] - top) / T0) / s;' },
  ],
  backward: () => [{ sum: { g: 'dy[j] * y[j]' } }, { each: 'dx[j] = y[j] * (dy[j] - g) / c[0];' }],
};

export function registerSoftmax(gpu: Gpu): void {
  defineRowMap(gpu, softmax);
  register('Softmax', ({ logits }) => {
    const { kernelFunc } = tf.getKernel(softmax.name, BACKEND);
    return kernelFunc({ inputs: { x: logits! }, attrs: { constant: 1 }, backend: gpu.backend });
  });
}

/** softmax(x / T) over the last axis, on our backend. */
export const softmaxRows = (x: Tensor, temperature: number): Tensor => rowMap(softmax, x, temperature);

/** Values and the gradient of sum(dy y), in float64; `x` is row-major `[rows, width]`. */
export function softmaxTwin(x: Float64Array, dy: Float64Array, width: number, temperature: number) {
  const value = logSoftmaxRows(x, width, temperature).map(Math.exp);
  const dx = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    let dot = 0;
    for (let j = at; j < at + width; j++) dot += dy[j]! * value[j]!;
    for (let j = at; j < at + width; j++) dx[j] = (value[j]! * (dy[j]! - dot)) / temperature;
  }
  return { value, gradients: { x: dx } };
}
