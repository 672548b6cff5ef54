/** Tokens of images: cells of a network's inner activations, cut into patches. */
import type { NetOutput, Ops, Shape, Tensor, Tensor4D } from '../../engine/types';

/** Fewer tokens than this say little about an image. */
const LEAST = 16;
const cells = (shape: Shape): number => shape.slice(0, -1).reduce((a, b) => a * b, 1);

/** The deepest of a network's inner activations (or shapes) with enough cells; the deepest when none has. */
export function deepest<X>(taps: Readonly<Record<string, X>>, shapeOf: (tap: X) => Shape): X {
  const all = Object.values(taps);
  return (all.filter((tap) => cells(shapeOf(tap)) >= LEAST).at(-1) ?? all.at(-1)) as X;
}

/** Patches of p x p cells in rows, `[b, h, w, c]` to `[b, h w / p^2, p p c]`; h and w are multiples of p. */
export function patches(ops: Ops, x: Tensor4D, p: number): Tensor {
  const [b, h, w, c] = x.shape;
  const cut = ops.reshape(x, [b, h / p, p, w / p, p, c]);
  return ops.reshape(ops.transpose(cut, [0, 1, 3, 2, 4, 5]), [b, -1, p * p * c]);
}

export interface Tokens {
  /** `[b, n, d]` of student and teacher. */
  readonly all: readonly [Tensor, Tensor];
  /** Rows and columns of tokens in an image. */
  readonly grid: readonly [number, number];
}

/** Tokens of both networks on one grid. */
export function tokensOf(ops: Ops, student: NetOutput, teacher: NetOutput, patch: number): Tokens {
  const map = ({ taps }: NetOutput) => ops.toMap(deepest(taps, (x) => x.shape.slice(1)));
  const [s, t] = ops.poolToSmaller(map(student), map(teacher));
  const fit = (size: number) => Math.max(patch, size - (size % patch));
  const [h, w] = [fit(s.shape[1]), fit(s.shape[2])];
  const cut = (x: typeof s) => patches(ops, ops.poolTo(x, h, w), patch);
  return { all: [cut(s), cut(t)], grid: [h / patch, w / patch] };
}
