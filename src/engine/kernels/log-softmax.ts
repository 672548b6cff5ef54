/** Log-softmax over rows with a temperature, and its gradient. */
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import type { KernelCard } from './kernel';
import { defineRowMap, type RowMap, rowMap } from './row-map';
import { logSoftmaxRows } from './twins';

export const card: KernelCard = {
  id: 'log-softmax',
  summary: 'log softmax(x / T) over the last axis and its gradient, one dispatch each.',
  shapes: '[..., k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

/** y = (x - max) / T - log sum exp; logits of +-1e4 stay finite. dx = (dy - softmax sum(dy)) / T. */
const logSoftmax: RowMap = {
  name: 'CondenserLogSoftmax',
  keeps: 'y',
  forward: () => [
    { row: 'let T0 = c[0];' },
    { max: { top: 'x[j]' } },
    { sum: { s: 'expo((x[j] - top) / T0)' } },
    { row: 'let ls = logarithm(s);' },
    { each: 'y[j] = (x[j] - top) / T0 - ls;' },
  ],
  backward: () => [{ sum: { g: 'dy[j]' } }, { each: 'dx[j] = (dy[j] - expo(y[j]) * g) / c[0];' }],
};

export const registerLogSoftmax = (gpu: Gpu): void => defineRowMap(gpu, logSoftmax);

/** log softmax(x / T) over the last axis, on our backend. */
export const logSoftmaxOf = (x: Tensor, temperature: number): Tensor => rowMap(logSoftmax, x, temperature);

/** Values and the gradient of sum(dy y), in float64; `x` is row-major `[rows, width]`. */
export function logSoftmaxTwin(x: Float64Array, dy: Float64Array, width: number, temperature: number) {
  const value = logSoftmaxRows(x, width, temperature);
  const dx = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    let sum = 0;
    for (let j = at; j < at + width; j++) sum += dy[j]!;
    for (let j = at; j < at + width; j++) dx[j] = (dy[j]! - Math.exp(value[j]!) * sum) / temperature;
  }
  return { value, gradients: { x: dx } };
}
