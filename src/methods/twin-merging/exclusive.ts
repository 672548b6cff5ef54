/** What is special of one expert, layer by layer, in a form that can be applied input by input. */
import { svd } from '../../core/svd';
import { dropped, largest } from './merge';

export type Mask = 'svd' | 'magnitude' | 'bernoulli';

/** A matrix `[rows, columns]` as a sum of `rank` products: row k of `inputs` by row k of `outputs`. */
export interface Factors {
  /** Row-major `[min(rows, columns), rows]`. */
  readonly inputs: Float64Array;
  /** Row-major `[min(rows, columns), columns]`. */
  readonly outputs: Float64Array;
  /** Singular values, falling; empty for masks, which have no order. */
  readonly values: Float64Array;
}

/**
 * How many singular values stay: at least one, where the released code truncates and 0.1 of ten columns is none, as
 * 1 - 0.9 is a little below 0.1. Density 0 keeps nothing.
 */
export const rankOf = (density: number, size: number): number =>
  density === 0 ? 0 : Math.max(1, Math.floor(density * size + 1e-9));

/** All singular values are kept, so that a rank can be chosen later; the largest come first. */
function decomposed(matrix: ArrayLike<number>, rows: number, columns: number): Factors {
  const { values, left, right } = svd(matrix, rows, columns);
  const inputs = new Float64Array(values.length * rows);
  const outputs = new Float64Array(values.length * columns);
  for (const [k, value] of values.entries()) {
    inputs.set(left[k]!, k * rows);
    outputs.set(
      right[k]!.map((x) => value * x),
      k * columns,
    );
  }
  return { inputs, outputs, values };
}

/** Any matrix, on the side of the unit matrix that is smaller. */
function asProduct(matrix: Float64Array, rows: number, columns: number): Factors {
  const size = Math.min(rows, columns);
  const unit = Float64Array.from({ length: size * size }, (_, i) =>
    Number(Math.floor(i / size) === i % size),
  );
  if (rows < columns) return { inputs: unit, outputs: matrix, values: new Float64Array(0) };
  const flipped = matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
  return { inputs: flipped, outputs: unit, values: new Float64Array(0) };
}

/** The share `density` of largest entries, per matrix. */
export const strongest = (matrix: ArrayLike<number>, density: number): Float64Array =>
  largest(matrix, Math.trunc(density * matrix.length));

/** @param uniform numbers in [0, 1), one per entry, for the random mask. */
export function factorsOf(
  matrix: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  { mask, density, uniform }: { mask: Mask; density: number; uniform: () => ArrayLike<number> },
): Factors {
  if (mask === 'svd') return decomposed(matrix, rows, columns);
  const kept = mask === 'magnitude' ? strongest(matrix, density) : dropped(matrix, density, uniform());
  return asProduct(kept, rows, columns);
}

/** The sum of the first `rank` products, row-major. */
export function product(
  { inputs, outputs }: Factors,
  [rows, columns]: readonly [number, number],
  rank = Math.min(rows, columns),
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let k = 0; k < rank; k++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        out[i * columns + j]! += inputs[k * rows + i]! * outputs[k * columns + j]!;
  return out;
}
