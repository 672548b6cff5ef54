/** Rows brought to a common scale: unit length, standard scores, and the unbiased standard deviation. */
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import type { KernelCard } from './kernel';
import { defineRowLoss, type RowLoss, rowValues } from './row-loss';
import { defineRowMap, type RowMap, rowMap } from './row-map';
import type { RowStep } from './rows';

export const card: KernelCard = {
  id: 'row-norm',
  summary: 'Rows of unit length, standardised rows and their unbiased standard deviation, with gradients.',
  shapes: '[..., k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

/** sqrt(sum (x - mean)^2 / max(1, k - 1)); `c` = [k, max(1, k - 1)]. */
export const stdLoss: RowLoss = {
  name: 'CondenserStd',
  inputs: ['x'],
  constants: true,
  steps: [
    { sum: { total_: 'x[j]' } },
    { row: 'let mean_ = total_ / c[0];' },
    { sum: { squares: '(x[j] - mean_) * (x[j] - mean_)' } },
    { row: 'let spread = length_of(squares / c[1], 0.0);' },
  ],
  value: 'spread',
  stats: { mean_: 'mean_', spread: 'spread' },
  gradients: { x: '(x[j] - mean_) / (spread * c[1])' },
};

/** y = x / max(|x|, epsilon); dx = (dy - y sum(dy y)) / |x|, and below epsilon, where the scale is fixed, dy / epsilon. */
const unit: RowMap = {
  name: 'CondenserUnitRows',
  keeps: 'x',
  forward: () => [
    { sum: { squares: 'x[j] * x[j]' } },
    { row: 'let size = length_of(squares, c[0]);' },
    { each: 'y[j] = x[j] / size;' },
  ],
  backward: () => [
    { sum: { squares: 'x[j] * x[j]', along: 'x[j] * dy[j]' } },
    {
      row: 'let size = length_of(squares, c[0]); let back = select(along / squares, 0.0, sqrt(squares) <= c[0]);',
    },
    { each: 'dx[j] = (dy[j] - x[j] * back) / size;' },
  ],
};

const centre = (width: number): RowStep[] => [
  { sum: { total_: 'x[j]' } },
  { row: `let mean_ = total_ / ${width}.0;` },
  { sum: { squares: '(x[j] - mean_) * (x[j] - mean_)' } },
  { row: `let spread = length_of(squares / ${Math.max(1, width - 1)}.0, 0.0);` },
];

/**
 * y = (x - mean) / s with s = std + epsilon, std unbiased;
 * dx = (dy - mean(dy)) / s - (x - mean) sum(dy (x - mean)) / (s^2 std (k - 1)).
 */
const standard: RowMap = {
  name: 'CondenserStandardRows',
  keeps: 'x',
  forward: (width) => [...centre(width), { each: 'y[j] = (x[j] - mean_) / (spread + c[0]);' }],
  backward: (width) => [
    ...centre(width),
    { sum: { g: 'dy[j]', along: 'dy[j] * (x[j] - mean_)' } },
    {
      row: `let s = spread + c[0]; let back = select(along / (s * s * spread * ${Math.max(1, width - 1)}.0), 0.0, spread == 0.0);`,
    },
    { each: `dx[j] = (dy[j] - g / ${width}.0) / s - (x[j] - mean_) * back;` },
  ],
};

export function registerRowNorm(gpu: Gpu): void {
  defineRowLoss(gpu, stdLoss);
  defineRowMap(gpu, unit);
  defineRowMap(gpu, standard);
}

/** Rows of length 1, on our backend. */
export const unitRows = (x: Tensor, epsilon: number): Tensor => rowMap(unit, x, epsilon);

/** Rows of mean 0 and standard deviation 1, on our backend. */
export const standardRows = (x: Tensor, epsilon: number): Tensor => rowMap(standard, x, epsilon);

/** Unbiased standard deviation of each row, `[...]`, on our backend. */
export function stdRows(x: Tensor): Tensor {
  const width = x.shape.at(-1) as number;
  return rowValues(stdLoss, { x }, [width, Math.max(1, width - 1)]);
}

/** Value and gradient of sum(dy y) of either row scale, in float64. */
export function scaleTwin(
  x: Float64Array,
  dy: Float64Array,
  width: number,
  epsilon: number,
  kind: 'unit' | 'standard',
) {
  const value = new Float64Array(x.length);
  const dx = new Float64Array(x.length);
  const divisor = kind === 'unit' ? 1 : Math.max(1, width - 1);
  for (let at = 0; at < x.length; at += width) {
    const row = x.subarray(at, at + width);
    const mean = kind === 'unit' ? 0 : row.reduce((a, b) => a + b, 0) / width;
    const spread = Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / divisor);
    const scale = kind === 'unit' ? Math.max(spread, epsilon) : spread + epsilon;
    const fixed = kind === 'unit' ? spread <= epsilon : spread === 0;
    let along = 0;
    let sum = 0;
    for (let j = at; j < at + width; j++) {
      along += dy[j]! * (x[j]! - mean);
      sum += kind === 'unit' ? 0 : dy[j]! / width;
    }
    const back = fixed ? 0 : along / (scale * scale * spread * divisor);
    for (let j = at; j < at + width; j++) {
      value[j] = (x[j]! - mean) / scale;
      dx[j] = (dy[j]! - sum) / scale - (x[j]! - mean) * back;
    }
  }
  return { value, gradients: { x: dx } };
}

/** Unbiased standard deviation of each row and its gradient, in float64. */
export function stdTwin(x: Float64Array, width: number) {
  const value = new Float64Array(x.length / width);
  const dx = new Float64Array(x.length);
  value.forEach((_, row) => {
    const at = row * width;
    const mean = x.subarray(at, at + width).reduce((a, b) => a + b, 0) / width;
    const squares = x.subarray(at, at + width).reduce((a, b) => a + (b - mean) ** 2, 0);
    value[row] = Math.sqrt(squares / Math.max(1, width - 1));
    for (let j = at; j < at + width; j++) dx[j] = (x[j]! - mean) / (value[row]! * Math.max(1, width - 1));
  });
  return { value, gradients: { x: dx } };
}
