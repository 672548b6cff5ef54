/** Log-softmax over rows with a temperature, and its gradient. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import { callOne, constants, rowsOf } from './define';
import { gradient, type KernelCard, register } from './kernel';
import { rowKernel } from './rows';
import { logSoftmaxRows } from './twins';

export const card: KernelCard = {
  id: 'log-softmax',
  summary: 'log softmax(x / T) over the last axis and its gradient, one dispatch each.',
  shapes: '[..., k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

const NAME = 'CondenserLogSoftmax';

/** (x - max) / T - log sum exp, row by row; logits of +-1e4 stay finite. */
export function logSoftmaxForward(gpu: Gpu, x: TensorInfo, temperature: number): TensorInfo {
  const { rows, width } = rowsOf(x.shape);
  const y = gpu.output(x.shape);
  const { code, groups } = rowKernel({
    rows,
    width,
    bindings: ['x: T', 'c: f32', 'y: T!'],
    steps: [
      { row: 'let T0 = c[0];' },
      { max: { top: 'x[j]' } },
      { sum: { s: 'expo((x[j] - top) / T0)' } },
      { row: 'let ls = logarithm(s);' },
      { each: 'y[j] = (x[j] - top) / T0 - ls;' },
    ],
  });
  gpu.run(NAME, code, [x, constants(gpu, [temperature]), y], groups);
  return y;
}

/** dx = (dy - softmax sum(dy)) / T. */
function logSoftmaxBackward(gpu: Gpu, y: TensorInfo, dy: TensorInfo, temperature: number): TensorInfo {
  const { rows, width } = rowsOf(y.shape);
  const dx = gpu.output(y.shape);
  const { code, groups } = rowKernel({
    rows,
    width,
    bindings: ['y: T', 'dy: T', 'c: f32', 'dx: T!'],
    steps: [{ sum: { g: 'dy[j]' } }, { each: 'dx[j] = (dy[j] - expo(y[j]) * g) / c[0];' }],
  });
  gpu.run(`${NAME} gradient`, code, [y, dy, constants(gpu, [temperature]), dx], groups);
  return dx;
}

interface Attributes {
  readonly temperature: number;
}

export function registerLogSoftmax(gpu: Gpu): void {
  register<Attributes>(NAME, ({ x }, { temperature }) => logSoftmaxForward(gpu, x!, temperature));
  register<Attributes>(`${NAME}Grad`, ({ y, dy }, { temperature }) =>
    logSoftmaxBackward(gpu, y!, dy!, temperature),
  );
  gradient<Attributes>(NAME, { outputs: [true] }, (dy, [y], attributes) => ({
    x: () => callOne(`${NAME}Grad`, { y: y!, dy }, attributes),
  }));
}

/** log softmax(x / T) over the last axis, on our backend. */
export const logSoftmaxOf = (x: Tensor, temperature: number): Tensor => callOne(NAME, { x }, { temperature });

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
