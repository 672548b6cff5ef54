/**
 * How far each image is from the prototype it belongs to (Sorscher et al. 2022): prototypes are the centres that
 * k-means finds among embeddings, without labels. Float64 sums; nothing here knows tensors.
 */
import { Rng } from '../../../core/rng';

type Numbers = ArrayLike<number>;

const ROUNDS = 100;

function squaredDistance(a: Numbers, from: number, b: Numbers, at: number, width: number): number {
  let sum = 0;
  for (let j = 0; j < width; j++) sum += (a[from + j]! - b[at + j]!) ** 2;
  return sum;
}

/** Nearest centre of each image and the squared distance to it; the first of equals. */
function nearest(rows: Numbers, centres: Numbers, width: number) {
  const images = rows.length / width;
  const [belongs, squares] = [new Int32Array(images), new Float64Array(images)];
  for (let i = 0; i < images; i++) {
    let best = Number.POSITIVE_INFINITY;
    for (let c = 0; c < centres.length / width; c++) {
      const square = squaredDistance(rows, i * width, centres, c * width, width);
      if (square < best) [best, belongs[i]] = [square, c];
    }
    squares[i] = best;
  }
  return { belongs, squares };
}

/** First centres: images drawn in proportion to their squared distance from those drawn before (k-means++). */
function firstCentres(rows: Numbers, width: number, count: number, rng: Rng): Float64Array {
  const images = rows.length / width;
  const centres = new Float64Array(count * width);
  const take = (c: number, i: number) => {
    for (let j = 0; j < width; j++) centres[c * width + j] = rows[i * width + j]!;
  };
  take(0, rng.below(images));
  for (let c = 1; c < count; c++) {
    const { squares } = nearest(rows, centres.subarray(0, c * width), width);
    let left = rng.uniform() * squares.reduce((a, b) => a + b, 0);
    const drawn = squares.findIndex((square) => {
      left -= square;
      return left < 0 && square > 0;
    });
    take(c, drawn < 0 ? squares.indexOf(Math.max(...squares)) : drawn);
  }
  return centres;
}

/**
 * Distance of each row of `rows` `[images, width]` to its centre after k-means with at most `count` centres; higher
 * is less typical. A centre that loses all its images stays where it was.
 */
export function prototypeDistances(rows: Numbers, width: number, count: number, seed: number): Float64Array {
  const rng = new Rng(seed, 'prototypes');
  const different = new Set(
    Array.from({ length: rows.length / width }, (_, i) =>
      Array.from({ length: width }, (_, j) => rows[i * width + j]).join(),
    ),
  ).size;
  const centres = firstCentres(rows, width, Math.min(count, different), rng);
  let found = nearest(rows, centres, width);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(centres.length);
    const sizes = new Float64Array(centres.length / width);
    found.belongs.forEach((c, i) => {
      sizes[c]!++;
      for (let j = 0; j < width; j++) sums[c * width + j]! += rows[i * width + j]!;
    });
    for (let at = 0; at < centres.length; at++) {
      const size = sizes[Math.floor(at / width)]!;
      if (size > 0) centres[at] = sums[at]! / size;
    }
    const next = nearest(rows, centres, width);
    const moved = next.belongs.some((c, i) => c !== found.belongs[i]);
    found = next;
    if (!moved) break;
  }
  return found.squares.map(Math.sqrt);
}
