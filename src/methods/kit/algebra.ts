/** Small dense linear algebra in float64, for what is fitted on the host. Vectors are rows; nothing here knows tensors. */

export type Vector = Float64Array;

export const dot = (a: Vector, b: Vector): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** a += factor * b, in place. */
export function addTo(a: Vector, b: Vector, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number);
}

/** Sum of factors[i] * rows[i]. */
export function combine(rows: readonly Vector[], factors: Vector): Vector {
  const out = new Float64Array(rows[0]?.length ?? 0);
  for (const [i, row] of rows.entries()) addTo(out, row, factors[i] as number);
  return out;
}

/** X^T X of rows X. */
export function gram(rows: readonly Vector[]): Vector[] {
  const width = rows[0]?.length ?? 0;
  const out = Array.from({ length: width }, () => new Float64Array(width));
  for (const row of rows)
    for (const [i, line] of out.entries()) {
      const factor = row[i] as number;
      if (factor !== 0)
        for (let j = 0; j <= i; j++) line[j] = (line[j] as number) + factor * (row[j] as number);
    }
  for (let i = 0; i < width; i++)
    for (let j = 0; j < i; j++) (out[j] as Vector)[i] = (out[i] as Vector)[j] as number;
  return out;
}

/** Unit vectors that span the same space, twice orthogonalised; those below `drop` of the longest are left out. */
export function orthonormal(vectors: readonly Vector[], drop = 1e-10): Vector[] {
  const longest = Math.max(...vectors.map((v) => Math.sqrt(dot(v, v))), 0);
  const basis: Vector[] = [];
  for (const vector of vectors) {
    const v = Float64Array.from(vector);
    for (let pass = 0; pass < 2; pass++) for (const unit of basis) addTo(v, unit, -dot(v, unit));
    const length = Math.sqrt(dot(v, v));
    if (length > drop * longest) basis.push(v.map((x) => x / length));
  }
  return basis;
}

/** Eigenvalues, falling, and unit eigenvectors (as rows) of a symmetric matrix, by Jacobi rotations. */
export function eigen(symmetric: readonly Vector[]): { values: number[]; vectors: Vector[] } {
  const n = symmetric.length;
  const a = symmetric.map((row) => Float64Array.from(row));
  const vectors = a.map((_, i) => Float64Array.from({ length: n }, (_, j) => Number(i === j)));
  const at = (i: number, j: number) => (a[i] as Vector)[j] as number;
  const turn = (x: Vector, y: Vector, c: number, s: number) => {
    for (let k = 0; k < n; k++) {
      const [p, q] = [x[k] as number, y[k] as number];
      x[k] = c * p - s * q;
      y[k] = s * p + c * q;
    }
  };
  for (let sweep = 0; sweep < 30; sweep++)
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        if (Math.abs(at(i, j)) <= 1e-18 * Math.hypot(at(i, i), at(j, j))) continue;
        const angle = 0.5 * Math.atan2(2 * at(i, j), at(j, j) - at(i, i));
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        turn(a[i] as Vector, a[j] as Vector, c, s);
        for (const row of a) {
          const [p, q] = [row[i] as number, row[j] as number];
          row[i] = c * p - s * q;
          row[j] = s * p + c * q;
        }
        turn(vectors[i] as Vector, vectors[j] as Vector, c, s);
      }
  const order = a.map((_, i) => i).sort((i, j) => at(j, j) - at(i, i));
  return { values: order.map((i) => at(i, i)), vectors: order.map((i) => vectors[i] as Vector) };
}

/** Solutions x of A x = b for each b, by Cholesky. A must be symmetric and positive definite. */
export function solve(matrix: readonly Vector[], sides: readonly Vector[]): Vector[] {
  const n = matrix.length;
  const lower = matrix.map((row) => Float64Array.from(row));
  const at = (i: number, j: number) => (lower[i] as Vector)[j] as number;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const rest = at(i, j) - dot((lower[i] as Vector).subarray(0, j), lower[j] as Vector);
      (lower[i] as Vector)[j] = i === j ? Math.sqrt(rest) : rest / at(j, j);
    }
  return sides.map((side) => {
    const x = Float64Array.from(side);
    for (let i = 0; i < n; i++)
      x[i] = ((x[i] as number) - dot(x.subarray(0, i), lower[i] as Vector)) / at(i, i);
    for (let i = n - 1; i >= 0; i--) {
      let rest = x[i] as number;
      for (let j = i + 1; j < n; j++) rest -= at(j, i) * (x[j] as number);
      x[i] = rest / at(i, i);
    }
    return x;
  });
}
