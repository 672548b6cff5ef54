/** How far two sets of rows are apart: maximum mean discrepancy with Gaussian kernels, and the entropy of answers. */
import type { Ops, Scalar, Tensor, Tensor2D } from '../../engine/types';

/** Narrower kernels than this would make equal rows infinitely far apart. */
const NARROWEST = 1e-6;
/** Kernels of features: each twice as wide as the one before, the middle one as wide as the rows are apart. */
const KERNELS = 5;
/** Width of the one kernel of answers. */
export const ANSWERS = 1.68;

/** Sum of Gaussian kernels of squared distances. @param width of the middle one, broadcast. */
function kernels(ops: Ops, distance: Tensor, width: Tensor | number, count: number): Tensor {
  const scaled = ops.div(distance, width);
  const all = Array.from({ length: count }, (_, i) =>
    ops.exp(ops.mul(scaled, -(2 ** (Math.floor(count / 2) - i)))),
  );
  return ops.addN(all);
}

/** Mean squared distance of all pairs of different rows, a constant for gradients. */
export function bandwidth(ops: Ops, rows: Tensor): Tensor {
  const x = ops.stopGradient(rows);
  const n = x.shape[0] as number;
  const centred = ops.sub(x, ops.mean(x, 0, true));
  const apart = ops.mul(ops.sum(ops.square(centred)), 2 / Math.max(1, n - 1));
  return ops.maximum(apart, NARROWEST);
}

const next = (ops: Ops, x: Tensor): Tensor => {
  const n = x.shape[0] as number;
  return ops.gather(
    x,
    ops.tensor1d(
      Int32Array.from({ length: n }, (_, i) => (i + 1) % n),
      'int32',
    ),
  );
};

/**
 * The linear-time estimate over neighbouring rows of `a` and `b`, `[n, width]` each; it may be negative.
 * @param fixed width of a single kernel; absent: several, as wide as the rows are apart.
 */
export function linearDiscrepancy(ops: Ops, a: Tensor2D, b: Tensor2D, fixed?: number): Scalar {
  const width = fixed ?? bandwidth(ops, ops.concat([a, b], 0));
  const [a1, b1] = [next(ops, a), next(ops, b)];
  const alike = (x: Tensor, y: Tensor): Tensor =>
    kernels(ops, ops.sum(ops.squaredDifference(x, y), -1), width, fixed === undefined ? KERNELS : 1);
  const near = ops.add(alike(a, a1), alike(b, b1));
  return ops.mean(ops.sub(near, ops.add(alike(a, b1), alike(a1, b)))) as Scalar;
}

/**
 * The biased quadratic-time estimate between rows of `a` and of `b` that have the same group, summed over groups.
 * @param groups share of each row in each group, one-hot: `[rows of a, groups]` and `[rows of b, groups]`.
 * @param fixed as above; several kernels are as wide as the rows of a group are apart.
 */
export function groupedDiscrepancy(
  ops: Ops,
  [a, inA]: readonly [Tensor2D, Tensor2D],
  [b, inB]: readonly [Tensor2D, Tensor2D],
  fixed?: number,
): Scalar {
  const rows = ops.concat([a, b], 0) as Tensor2D;
  const groups = ops.concat([inA, inB], 0) as Tensor2D;
  const same = ops.matMul(groups, groups, false, true);
  const distance = ops.pairwiseDistances(rows);
  let width: Tensor | number = fixed ?? 1;
  if (fixed === undefined) {
    const within = ops.sum(ops.mul(ops.stopGradient(distance), same), -1, true);
    const count = ops.sum(groups, 0);
    const pairs = ops.maximum(ops.mul(count, ops.sub(count, 1)), 1);
    const apart = ops.div(ops.sum(ops.mul(groups, within), 0), pairs);
    width = ops.maximum(ops.sum(ops.mul(groups, apart), -1, true), NARROWEST);
  }
  const alike = ops.mul(kernels(ops, distance, width, fixed === undefined ? KERNELS : 1), same);
  const share = (one: Tensor2D): Tensor => {
    const count = ops.maximum(ops.sum(one, 0), 1);
    return ops.sum(ops.div(one, count), -1, true);
  };
  // Rows of b count negatively: sum_ij s_i s_j k_ij is kAA + kBB - 2 kAB, with means over the rows of a group.
  const signed = ops.concat([share(inA), ops.neg(share(inB))], 0);
  const weights = ops.mul(signed, ops.transpose(signed));
  return ops.sum(ops.mul(weights, alike)) as Scalar;
}

/** Smaller probabilities are left out. */
const FLOOR = 1e-7;

/** Mean entropy of rows of probabilities. */
export function entropy(ops: Ops, p: Tensor2D): Scalar {
  const kept = ops.cast(ops.greaterEqual(p, FLOOR), 'float32');
  const safe = ops.add(ops.mul(p, kept), ops.sub(1, kept));
  return ops.neg(ops.mean(ops.sum(ops.mul(safe, ops.log(safe)), -1))) as Scalar;
}
