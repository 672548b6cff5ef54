/** Mean over a row of |x|^p for whole p: the energy of a position in a feature map. */
import type { Gpu } from '../gpu';
import type { Tensor, Tensor1D } from '../types';
import type { KernelCard } from './kernel';
import { defineRowLoss, type RowLoss, rowValues } from './row-loss';

export const card: KernelCard = {
  id: 'mean-power',
  summary: 'Mean over the last axis of |x|^p for p = 1 to 4, and its gradient, one dispatch each.',
  shapes: '[..., k], any k',
  variants: ['direct', 'tiled', 'subgroup'],
};

/** Written out as products: pow() of 0 is not the same everywhere. */
const times = (power: number): string => (power ? Array(power).fill('abs(x[j])').join(' * ') : '1.0');

/** `c` = [k]. */
const definition = (power: number): RowLoss => ({
  name: `CondenserMeanPower${power}`,
  inputs: ['x'],
  constants: true,
  steps: [{ sum: { total_: times(power) } }],
  value: 'total_ / c[0]',
  stats: { total_: 'total_' },
  gradients: { x: `sign(x[j]) * ${power}.0 * ${times(power - 1)} / c[0]` },
});

const POWERS: Readonly<Record<number, RowLoss>> = {
  1: definition(1),
  2: definition(2),
  3: definition(3),
  4: definition(4),
};

export const hasPower = (power: number): boolean => power in POWERS;

export function registerMeanPower(gpu: Gpu): void {
  for (const loss of Object.values(POWERS)) defineRowLoss(gpu, loss);
}

/** One number for each row, on our backend; only where `hasPower`. */
export const meanPowerOf = (x: Tensor, power: number): Tensor1D =>
  rowValues(POWERS[power] as RowLoss, { x }, [x.shape.at(-1) as number]);

/** Values of each row and the gradient, in float64; `x` is row-major `[rows, width]`. */
export function meanPowerTwin(x: Float64Array, width: number, power: number) {
  const value = new Float64Array(x.length / width);
  x.forEach((v, j) => {
    value[Math.floor(j / width)]! += Math.abs(v) ** power / width;
  });
  return {
    value,
    gradients: { x: x.map((v) => (Math.sign(v) * power * Math.abs(v) ** (power - 1)) / width) },
  };
}
