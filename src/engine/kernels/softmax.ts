/** Softmax over rows with a temperature, and its gradient. Also takes the place of the stock `Softmax`. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import { callOne, constants, rowsOf } from './define';
import { gradient, type KernelCard, register } from './kernel';
import { rowKernel } from './rows';
import { logSoftmaxRows } from './twins';

export const card: KernelCard = {
  id: 'softmax',
  summary: 'softmax(x / T) over the last axis and its gradient, one dispatch each.',
  shapes: '[..., k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

const NAME = 'CondenserSoftmax';

/** expo((x - max) / T) / sum, row by row. */
export function softmaxForward(gpu: Gpu, x: TensorInfo, temperature: number): TensorInfo {
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
      { each: 'y[j] = expo((x[j] - top) / T0) / s;' },
    ],
  });
  gpu.run(NAME, code, [x, constants(gpu, [temperature]), y], groups);
  return y;
}

/** dx = y (dy - sum(dy y)) / T. */
function softmaxBackward(gpu: Gpu, y: TensorInfo, dy: TensorInfo, temperature: number): TensorInfo {
  const { rows, width } = rowsOf(y.shape);
  const dx = gpu.output(y.shape);
  const { code, groups } = rowKernel({
    rows,
    width,
    bindings: ['y: T', 'dy: T', 'c: f32', 'dx: T!'],
    steps: [{ sum: { g: 'dy[j] * y[j]' } }, { each: 'dx[j] = y[j] * (dy[j] - g) / c[0];' }],
  });
  gpu.run(`${NAME} gradient`, code, [y, dy, constants(gpu, [temperature]), dx], groups);
  return dx;
}

interface Attributes {
  readonly temperature: number;
}

export function registerSoftmax(gpu: Gpu): void {
  register<Attributes>(NAME, ({ x }, { temperature }) => softmaxForward(gpu, x!, temperature));
  register<Attributes>(`${NAME}Grad`, ({ y, dy }, { temperature }) =>
    softmaxBackward(gpu, y!, dy!, temperature),
  );
  gradient<Attributes>(NAME, { outputs: [true] }, (dy, [y], attributes) => ({
    x: () => callOne(`${NAME}Grad`, { y: y!, dy }, attributes),
  }));
  register('Softmax', ({ logits }) => softmaxForward(gpu, logits!, 1));
}

/** softmax(x / T) over the last axis, on our backend. */
export const softmaxRows = (x: Tensor, temperature: number): Tensor => callOne(NAME, { x }, { temperature });

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
