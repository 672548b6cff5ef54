import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { type Svd, svd } from '../../src/core/svd';

const random = (rows: number, columns: number, seed = 1): number[] => {
  const rng = new Rng(seed, 'svd');
  return Array.from({ length: rows * columns }, () => rng.normal());
};

/** Sum of the first `rank` parts, row-major. */
function rebuilt({ values, left, right }: Svd, rank = values.length): number[] {
  const [rows, columns] = [left[0]!.length, right[0]!.length];
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return left.slice(0, rank).reduce((sum, u, k) => sum + u[i]! * values[k]! * right[k]![j]!, 0);
  });
}

const far = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

const skew = (vectors: readonly Float64Array[]) =>
  Math.max(
    ...vectors.flatMap((a, i) =>
      vectors.map((b, j) => Math.abs(a.reduce((sum, x, k) => sum + x * b[k]!, 0) - Number(i === j))),
    ),
  );

describe('singular values', () => {
  it.each([
    [7, 4],
    [4, 7],
    [5, 5],
    [1, 6],
    [40, 12],
  ])('take a matrix of %i rows and %i columns apart and together', (rows, columns) => {
    const matrix = random(rows, columns);
    const parts = svd(matrix, rows, columns);
    expect(parts.values).toHaveLength(Math.min(rows, columns));
    expect(far(rebuilt(parts), matrix)).toBeLessThan(1e-13);
    expect(skew(parts.left)).toBeLessThan(1e-13);
    expect(skew(parts.right)).toBeLessThan(1e-13);
    expect([...parts.values].sort((a, b) => b - a)).toEqual([...parts.values]);
  });

  it('are known where the matrix is made of known ones', () => {
    // [[3, 0], [4, 5]] has 3 sqrt 5 and sqrt 5.
    const { values } = svd([3, 0, 4, 5], 2, 2);
    expect(values[0]).toBeCloseTo(3 * Math.sqrt(5), 14);
    expect(values[1]).toBeCloseTo(Math.sqrt(5), 14);
  });

  it('stay exact over sixteen orders of size, where the eigenvalues of A^T A would be lost', () => {
    const q = svd(random(6, 3, 5), 6, 3).left;
    const sizes = [1e8, 1, 1e-8];
    const graded = Array.from({ length: 18 }, (_, at) => q[at % 3]![Math.floor(at / 3)]! * sizes[at % 3]!);
    const { values } = svd(graded, 6, 3);
    for (const [k, size] of sizes.entries()) expect(values[k]! / size).toBeCloseTo(1, 12);
  });

  it('leave the least behind that any matrix of that rank can', () => {
    const matrix = random(9, 6, 3);
    const parts = svd(matrix, 9, 6);
    const rest = matrix.map((x, i) => x - rebuilt(parts, 2)[i]!);
    const left = Math.hypot(...rest);
    expect(left).toBeCloseTo(Math.hypot(...parts.values.slice(2)), 12);
  });

  it('are 0 where rows repeat, and in a matrix of zeros', () => {
    const row = random(1, 4, 2);
    const twice = svd([...row, ...row, ...row], 3, 4);
    expect(twice.values[0]).toBeCloseTo(Math.sqrt(3) * Math.hypot(...row), 13);
    expect(Math.max(...twice.values.slice(1))).toBeLessThan(1e-14);
    const nothing = svd(new Float32Array(6), 2, 3);
    expect([...nothing.values]).toEqual([0, 0]);
    expect(rebuilt(nothing)).toEqual(new Array(6).fill(0));
  });

  it('are refused for numbers that are not finite', () => {
    expect(() => svd([1, Number.NaN], 1, 2)).toThrow(/not finite/);
  });
});
