/** Principal components of rows, and turning one plane onto another. Pure; float64. */
import { Rng } from './rng';

export interface Components {
  /** `[rows, 2]`, row-major: coordinates along the two directions of largest variance. */
  readonly points: Float64Array;
  /** Share of the whole variance along each. */
  readonly explained: readonly [number, number];
}

const ROUNDS = 300;
const CLOSE = 1e-12;

/** Inner products of the centred rows of `[rows, columns]`, `[rows, rows]`. */
function gramOf(data: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const centred = Float64Array.from({ length: rows * columns }, (_, i) => data[i]!);
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += centred[r * columns + c]!;
    for (let r = 0; r < rows; r++) centred[r * columns + c]! -= sum / rows;
  }
  const gram = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a++)
    for (let b = a; b < rows; b++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += centred[a * columns + c]! * centred[b * columns + c]!;
      gram[a * rows + b] = gram[b * rows + a] = sum;
    }
  return gram;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return Float64Array.from({ length: n }, (_, r) => {
    let sum = 0;
    for (let c = 0; c < n; c++) sum += matrix[r * n + c]! * vector[c]!;
    return sum;
  });
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The vector without its part along the unit vectors `others`, at length 1; 0 where nothing is left. */
function unit(vector: Float64Array, others: readonly Float64Array[]): Float64Array {
  const before = Math.sqrt(dot(vector, vector));
  for (const other of others) {
    const along = dot(vector, other);
    for (let i = 0; i < vector.length; i++) vector[i]! -= along * other[i]!;
  }
  const length = Math.sqrt(dot(vector, vector));
  const keeps = length > 1e-9 * before && length > 0;
  return vector.map((value) => (keeps ? value / length : 0));
}

/** The unit eigenvector of the largest eigenvalue beside `others`, by power iteration, and that eigenvalue. */
function leading(gram: Float64Array, rows: number, others: readonly Float64Array[]) {
  const rng = new Rng(1, `pca ${others.length}`);
  let vector = unit(
    Float64Array.from({ length: rows }, () => rng.normal()),
    others,
  );
  for (let round = 0; round < ROUNDS; round++) {
    const next = unit(times(gram, vector), others);
    const change = 1 - Math.abs(dot(next, vector));
    vector = next;
    if (change < CLOSE) break;
  }
  // The sign is free; the largest entry is positive, so that equal data give equal pictures.
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  if (largest < 0) vector = vector.map((value) => -value);
  return { vector, value: Math.max(0, dot(vector, times(gram, vector))) };
}

/**
 * The first two principal components of `[rows, columns]`, from the inner products of the rows: there are fewer rows
 * than features here, and both ways give the same coordinates.
 */
export function components(data: ArrayLike<number>, rows: number, columns: number): Components {
  const gram = gramOf(data, rows, columns);
  const first = leading(gram, rows, []);
  const second = leading(gram, rows, [first.vector]);
  let total = 0;
  for (let r = 0; r < rows; r++) total += gram[r * rows + r]!;
  const points = new Float64Array(rows * 2);
  for (let r = 0; r < rows; r++) {
    points[2 * r] = first.vector[r]! * Math.sqrt(first.value);
    points[2 * r + 1] = second.vector[r]! * Math.sqrt(second.value);
  }
  const share = (value: number) => (total > 0 ? value / total : 0);
  return { points, explained: [share(first.value), share(second.value)] };
}

/**
 * `points` `[rows, 2]` turned, or mirrored and turned, about their mean to lie as near to `onto` as that can
 * (orthogonal Procrustes, Schoenemann 1966); distances between points stay. The result has its mean at 0.
 */
export function turned(points: ArrayLike<number>, onto: ArrayLike<number>): Float64Array {
  const rows = points.length / 2;
  const mean = (of: ArrayLike<number>, axis: number) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += of[2 * r + axis]!;
    return sum / Math.max(1, rows);
  };
  const [px, py, qx, qy] = [mean(points, 0), mean(points, 1), mean(onto, 0), mean(onto, 1)];
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let r = 0; r < rows; r++) {
    const [a, b] = [points[2 * r]! - px, points[2 * r + 1]! - py];
    const [c, d] = [onto[2 * r]! - qx, onto[2 * r + 1]! - qy];
    xx += a * c;
    xy += a * d;
    yx += b * c;
    yy += b * d;
  }
  // In the plane the best turn has a closed form, and so has the best mirroring turn; the better one is taken.
  const [turn, mirror] = [Math.hypot(xx + yy, xy - yx), Math.hypot(xx - yy, xy + yx)];
  const flip = mirror > turn ? -1 : 1;
  const length = flip > 0 ? turn : mirror;
  const cos = length > 0 ? (flip > 0 ? xx + yy : xx - yy) / length : 1;
  const sin = length > 0 ? (flip > 0 ? xy - yx : xy + yx) / length : 0;
  const out = new Float64Array(rows * 2);
  for (let r = 0; r < rows; r++) {
    const [a, b] = [points[2 * r]! - px, flip * (points[2 * r + 1]! - py)];
    out[2 * r] = cos * a - sin * b;
    out[2 * r + 1] = sin * a + cos * b;
  }
  return out;
}
