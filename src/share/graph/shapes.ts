/** Shapes of results, with -1 for a first size that only the batch decides. */
import type { Pads } from './graph';
import { product } from './graph';

type Sizes = readonly number[];

/** Two shapes spread over one another. Throws when they do not fit. */
export function broadcast(a: Sizes, b: Sizes): number[] {
  const rank = Math.max(a.length, b.length);
  const at = (shape: Sizes, i: number) => shape[i - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [at(a, i), at(b, i)];
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new Error(`Shapes ${a.join('x')} and ${b.join('x')} do not fit.`);
  });
}

/** Negative axes counted from the end. */
export const axis = (i: number, rank: number): number => (i < 0 ? i + rank : i);

export const without = (shape: Sizes, axes: Sizes, keep: boolean): number[] =>
  shape.flatMap((n, i) => (axes.includes(i) ? (keep ? [1] : []) : [n]));

/**
 * The sizes a reshape is asked for, with at most one of them open. A first size that is open stands for the batch,
 * or for rows of all images; another open size is then what is left of one image.
 */
export function reshaped(from: Sizes, to: Sizes): number[] {
  const open = to.flatMap((n, i) => (n < 0 ? [i] : []));
  if (open.length === 0) return [...to];
  const rest = product(to.filter((n) => n >= 0));
  if (from[0] === -1 && open[0] === 0) {
    const left = product(from.slice(1)) / rest;
    return to.map((n, i) => (i === 0 ? -1 : n < 0 ? left : n));
  }
  if (open.length > 1 || from[0] === -1)
    throw new Error(`${from.join('x')} cannot become ${to.join('x')} for every batch.`);
  return to.map((n) => (n < 0 ? product(from) / rest : n));
}

/** Where TensorFlow's padding 'same' puts zeros: the odd one goes below and right. */
export function samePads([h = 1, w = 1]: Sizes, kernel: readonly [number, number], stride: number): Pads {
  const total = (n: number, k: number) => Math.max(0, (Math.ceil(n / stride) - 1) * stride + k - n);
  const [y, x] = [total(h, kernel[0]), total(w, kernel[1])];
  const [top, left] = [y >> 1, x >> 1];
  return { top, left, bottom: y - top, right: x - left };
}

export const NO_PADS: Pads = { top: 0, left: 0, bottom: 0, right: 0 };

/** Height and width after a window with pads has moved over them. */
export const windowed = (
  [h = 1, w = 1]: Sizes,
  [kh, kw]: readonly [number, number],
  stride: number,
  pads: Pads,
): [number, number] => [
  Math.floor((h + pads.top + pads.bottom - kh) / stride) + 1,
  Math.floor((w + pads.left + pads.right - kw) / stride) + 1,
];
