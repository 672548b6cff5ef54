/**
 * The families of curves a KAN draws with. Each function takes `x` `[rows, inputs]` to the values of its basis
 * functions, `[rows, functions, inputs]`. They are written without comparisons, so each has a finite gradient at
 * every finite `x`, and a recorded step repeats them for other numbers.
 */
import type { Ops, Tensor } from '../../engine/types';

export type Basis = (ops: Ops, x: Tensor) => Tensor;

const GRID = 5;
const ORDER = 3;
const DEGREE = 4;
const CENTRES = 8;
/** Number of basis functions of each family. */
export const SIZE = {
  bspline: GRID + ORDER,
  rbf: CENTRES,
  polynomial: DEGREE + 1,
  relu: GRID + ORDER,
} as const;

/** Beyond this the Mexican hat is 0 in float32; the bound keeps its u^2 finite. */
const HAT_END = 20;
const HAT = 2 / (Math.sqrt(3) * Math.PI ** 0.25);

/** `n` evenly spaced numbers as a column `[n, 1]` that spreads over rows and inputs. */
const column = (ops: Ops, n: number, start: number, step: number): Tensor =>
  ops.tensor2d(
    Array.from({ length: n }, (_, i) => start + step * i),
    [n, 1],
  );

/** `[rows, inputs]` to `[rows, 1, inputs]`. */
const spread = (ops: Ops, x: Tensor): Tensor => ops.expandDims(x, 1);

const cube = (ops: Ops, x: Tensor): Tensor => ops.mul(ops.square(x), x);

/**
 * Cubic B-splines on 5 intervals of [-1, 1] with uniform knots beyond both ends; all 0 outside [-2.2, 2.2].
 * On uniform knots the Cox-de Boor recursion gives shifted copies of one curve, at distance v from its middle (in
 * intervals): (max(0, 2 - v)^3 - 4 max(0, 1 - v)^3) / 6.
 */
export const bspline: Basis = (ops, x) => {
  const step = 2 / GRID;
  const middles = column(ops, SIZE.bspline, -1 + (2 - ORDER) * step, step);
  const v = ops.abs(ops.div(ops.sub(spread(ops, x), middles), step));
  const outer = cube(ops, ops.relu(ops.sub(2, v)));
  const inner = cube(ops, ops.relu(ops.sub(1, v)));
  return ops.div(ops.sub(outer, ops.mul(inner, 4)), 6);
};

/** Gaussian bumps exp(-((x - c) / d)^2) with 8 centres on [-2, 2]; d is their spacing. */
export const rbf: Basis = (ops, x) => {
  const step = 4 / (CENTRES - 1);
  const u = ops.div(ops.sub(spread(ops, x), column(ops, CENTRES, -2, step)), step);
  return ops.exp(ops.neg(ops.square(u)));
};

/** Chebyshev polynomials T_0 .. T_4 of `x` in [-1, 1], by recurrence: the arccosine has no slope at the ends. */
export const cheby: Basis = (ops, x) => {
  const t: Tensor[] = [ops.ones(x.shape), x];
  for (let k = 2; k <= DEGREE; k++)
    t.push(ops.sub(ops.mul(ops.mul(x, 2), t[k - 1] as Tensor), t[k - 2] as Tensor));
  return ops.stack(t, 1);
};

/** Jacobi polynomials P_0 .. P_4 with a = b = 1 of `x` in [-1, 1], by recurrence. */
export const jacobi: Basis = (ops, x) => {
  const p: Tensor[] = [ops.ones(x.shape), ops.mul(x, 2)];
  for (let i = 2; i <= DEGREE; i++) {
    const grow = ((2 * i + 2) * (2 * i + 1)) / (2 * i * (i + 2));
    const back = (i * i * (2 * i + 2)) / (i * (i + 2) * 2 * i);
    p.push(ops.sub(ops.mul(ops.mul(x, grow), p[i - 1] as Tensor), ops.mul(p[i - 2] as Tensor, back)));
  }
  return ops.stack(p, 1);
};

/** Second derivative of a Gaussian, 2 / (sqrt 3 pi^(1/4)) (u^2 - 1) exp(-u^2 / 2), element by element. */
export function mexicanHat(ops: Ops, u: Tensor): Tensor {
  const square = ops.square(ops.clip(u, -HAT_END, HAT_END));
  return ops.mul(ops.mul(ops.sub(square, 1), HAT), ops.exp(ops.mul(square, -0.5)));
}

/** Mexican hats at -1, 0 and 1. */
export const wavelet: Basis = (ops, x) => mexicanHat(ops, ops.sub(spread(ops, x), column(ops, 3, -1, 1)));

/**
 * Bumps (max(0, x - lo) max(0, hi - x) 4 G^2 / (k + 1)^2)^2 for `x` in [0, 1], G = 5, k = 3. `lo` and `hi`
 * `[8, inputs]` are how far the ends have moved from their even spacing.
 */
export function reluBumps(ops: Ops, x: Tensor, lo: Tensor, hi: Tensor): Tensor {
  const start = ops.add(column(ops, SIZE.relu, -ORDER / GRID, 1 / GRID), lo);
  const end = ops.add(column(ops, SIZE.relu, 1 / GRID, 1 / GRID), hi);
  const at = spread(ops, x);
  const sides = ops.mul(ops.relu(ops.sub(at, start)), ops.relu(ops.sub(end, at)));
  return ops.square(ops.mul(sides, (4 * GRID ** 2) / (ORDER + 1) ** 2));
}
