/**
 * Singular value decomposition in float64 by one-sided Jacobi rotations (Hestenes 1958): columns are turned against
 * each other until all are orthogonal. As exact for small singular values as for large ones. Pure.
 */

/** A = sum over k of values[k] * left[k] right[k]^T. */
export interface Svd {
  /** min(rows, columns) singular values, falling. */
  readonly values: Float64Array;
  /** Unit vectors `[rows]` by singular value; all zero where that is 0. */
  readonly left: readonly Float64Array[];
  /** Orthonormal vectors `[columns]`; all zero where the value is 0 and there are fewer rows than columns. */
  readonly right: readonly Float64Array[];
}

/** Columns whose cosine is smaller count as orthogonal. */
const ORTHOGONAL = 1e-15;
/** A few sweeps do; a matrix that is not finite never comes to rest. */
const SWEEPS = 60;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Turns x and y by an angle, in place. */
function turn(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]!, y[i]!];
    x[i] = c * a - s * b;
    y[i] = s * a + c * b;
  }
}

/** One turn for every pair of columns; false when none was needed. */
function sweep(columns: readonly Float64Array[], right: readonly Float64Array[]): boolean {
  let turned = false;
  for (let i = 0; i < columns.length; i++)
    for (let j = i + 1; j < columns.length; j++) {
      const [x, y] = [columns[i]!, columns[j]!];
      const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)];
      if (Math.abs(xy) <= ORTHOGONAL * Math.sqrt(xx) * Math.sqrt(yy)) continue;
      turned = true;
      const zeta = (yy - xx) / (2 * xy);
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const c = 1 / Math.hypot(1, tangent);
      turn(x, y, c, c * tangent);
      turn(right[i]!, right[j]!, c, c * tangent);
    }
  return turned;
}

/** @param matrix row-major `[rows, columns]`. Throws on numbers that are not finite. */
export function svd(matrix: ArrayLike<number>, rows: number, columns: number): Svd {
  if (!Array.from(matrix).every(Number.isFinite))
    throw new Error('A matrix with numbers that are not finite has no singular values.');
  if (columns > rows) {
    const flipped = Float64Array.from({ length: rows * columns }, (_, at) => {
      const [column, row] = [Math.floor(at / rows), at % rows];
      return matrix[row * columns + column]!;
    });
    const { values, left, right } = svd(flipped, columns, rows);
    return { values, left: right, right: left };
  }
  const vectors = Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => matrix[i * columns + j]!),
  );
  const right = vectors.map((_, i) => Float64Array.from({ length: columns }, (_, j) => Number(i === j)));
  for (let n = 0; n < SWEEPS && sweep(vectors, right); n++);
  const lengths = vectors.map((x) => Math.sqrt(dot(x, x)));
  const order = lengths.map((_, i) => i).sort((i, j) => lengths[j]! - lengths[i]!);
  return {
    values: Float64Array.from(order, (i) => lengths[i]!),
    left: order.map((i) => vectors[i]!.map((x) => (lengths[i]! > 0 ? x / lengths[i]! : 0))),
    right: order.map((i) => right[i]!),
  };
}
