/** Directions to split a class along. */
import { addTo, combine, dot, eigen, gram, orthonormal, type Vector } from '../kit/algebra';

const WIDER = 8;
const ROUNDS = 60;

/** Columns to C * columns, where C is the covariance of centred rows; C is formed when that is cheaper. */
function covariance(rows: readonly Vector[], width: number): (columns: readonly Vector[]) => Vector[] {
  const share = 1 / rows.length;
  if (rows.length < width)
    return (columns) =>
      columns.map((column) => {
        const image = new Float64Array(width);
        for (const row of rows) addTo(image, row, share * dot(row, column));
        return image;
      });
  const full = gram(rows).map((line) => line.map((x) => x * share));
  return (columns) => columns.map((column) => Float64Array.from(full, (line) => dot(line, column)));
}

/**
 * The leading eigenvectors of the covariance of centred rows, by block power iteration on a few more columns than
 * asked for. The entry of largest size of each is positive.
 */
export function principal(
  rows: readonly Vector[],
  wanted: number,
  random: () => number,
): { values: number[]; vectors: Vector[] } {
  const width = rows[0]?.length ?? 0;
  const times = covariance(rows, width);
  let basis = orthonormal(normalRows(Math.min(width, wanted + WIDER), width, random));
  let ritz = { values: [] as number[], vectors: [] as Vector[] };
  for (let round = 0; round < ROUNDS; round++) {
    const images = times(basis);
    const small = basis.map((unit) => Float64Array.from(images, (image) => dot(unit, image)));
    const found = eigen(small);
    const before = ritz.values;
    ritz = { values: found.values, vectors: found.vectors.map((factors) => combine(basis, factors)) };
    const moved = ritz.values
      .slice(0, wanted)
      .some((x, i) => !(Math.abs(x - (before[i] ?? NaN)) <= 1e-9 * x));
    if (!moved || basis.length === width) break;
    const next = orthonormal(found.vectors.map((factors) => combine(images, factors)));
    // A covariance of lower rank than asked for: keep the old directions, whatever they are.
    if (next.length < Math.min(wanted, basis.length)) break;
    basis = next;
  }
  const vectors = ritz.vectors.slice(0, wanted).map((v) => {
    const top = v.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    return top < 0 ? v.map((x) => -x) : v;
  });
  return { values: ritz.values.slice(0, wanted), vectors };
}

/** `count` rows of `width` normal numbers (Box and Muller). */
export const normalRows = (count: number, width: number, random: () => number): Vector[] => {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => Float64Array.from({ length: width }, normal));
};

/** Random rotation, `[n][n]`: Gram-Schmidt of normal rows, uniform over all orthogonal matrices. */
export const rotation = (n: number, random: () => number): Vector[] => orthonormal(normalRows(n, n, random));

export const identity = (n: number): Vector[] =>
  Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => Number(i === j)));
