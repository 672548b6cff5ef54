/** What a ranking is trained by and judged by. Queries `q` and networks `m` are vectors of length 1, `[n, V]`. */
import type { Ops, Scalar, Tensor, Tensor1D, Tensor2D } from '../../engine/types';

/** Below every score. */
const NONE = -1e4;

const scores = (ops: Ops, q: Tensor, m: Tensor): Tensor2D =>
  ops.matMul(q as Tensor2D, m as Tensor2D, false, true) as Tensor2D;

const dots = (ops: Ops, a: Tensor, b: Tensor): Tensor => ops.sum(ops.mul(a, b), -1);

/** As released: for each network the best scoring query minus its own, which is not left out. No margin. */
export function releasedRank(ops: Ops, q: Tensor2D, m: Tensor2D): Scalar {
  const best = ops.max(scores(ops, q, m), 0);
  return ops.mean(ops.relu(ops.sub(best, dots(ops, q, m))));
}

/** Pairs of one task never count against each other; hardest of the others, for networks and for queries. */
export function maskedRank(ops: Ops, q: Tensor2D, m: Tensor2D, task: Tensor1D, margin: number): Scalar {
  const s = scores(ops, q, m);
  const differs = ops.notEqual(ops.expandDims(task, 1), ops.expandDims(task, 0));
  const others = ops.where(differs, s, ops.fill(s.shape, NONE));
  const own = dots(ops, q, m);
  const side = (axis: number): Tensor =>
    ops.mean(ops.relu(ops.sub(ops.add(ops.max(others, axis), margin), own)));
  return ops.mul(ops.add(side(0), side(1)), 0.5);
}

const cosine = (ops: Ops, a: Tensor, b: Tensor): Tensor =>
  ops.div(dots(ops, a, b), ops.maximum(ops.mul(norm(ops, a), norm(ops, b)), 1e-12));
const norm = (ops: Ops, a: Tensor): Tensor => ops.sqrt(ops.maximum(dots(ops, a, a), 1e-24));

/** Row `index` of `m` by a product, so that no gradient has to be scattered. */
const rowsAt = (ops: Ops, m: Tensor2D, index: Tensor): Tensor2D =>
  ops.matMul(ops.oneHot(index as Tensor1D, m.shape[0]), m);

/**
 * The transferability form: towards the best network for a query, away from the highest scoring one that is not
 * listed. @param performance `[queries, networks]`, 0: not listed. Without any such network only the first part counts.
 */
export function transferabilityLoss(
  ops: Ops,
  q: Tensor2D,
  m: Tensor2D,
  performance: Tensor2D,
  margin: number,
): { readonly loss: Scalar; readonly negative: Tensor } {
  const open = ops.equal(performance, 0);
  const negative = ops.argMax(ops.where(open, scores(ops, q, m), ops.fill(performance.shape, NONE)));
  const best = rowsAt(ops, m, ops.argMax(performance));
  const near = ops.sub(1, cosine(ops, q, best));
  const there = ops.max(ops.cast(open, 'float32'), -1);
  const far = ops.mul(there, ops.relu(ops.sub(cosine(ops, q, rowsAt(ops, m, negative)), margin)));
  return { loss: ops.mul(ops.mean(ops.add(near, far)), 0.5), negative };
}

/**
 * Kendall's tau with weights 1 / (1 + rank) added up over a pair, ranks in the order of falling truth; over the last
 * axis. @param truth and predicted `[..., n]`.
 */
export function weightedTau(ops: Ops, truth: Tensor, predicted: Tensor): Tensor {
  const n = truth.shape.at(-1) as number;
  const minus = (x: Tensor) => ops.sub(ops.expandDims(x, -1), ops.expandDims(x, -2));
  const place = ops.sub(ops.expandDims(ops.range(0, n), 1), ops.expandDims(ops.range(0, n), 0));
  const [a, b] = [ops.sign(minus(truth)), ops.sign(minus(predicted))];
  // Negative where the other one stands before: by truth, then by prediction, then by its number.
  const order = ops.sub(ops.add(ops.mul(a, 4), ops.mul(b, 2)), ops.sign(place));
  const rank = ops.sum(ops.cast(ops.less(order, 0), 'float32'), -1);
  const worth = ops.reciprocal(ops.add(rank, 1));
  const weight = ops.add(ops.expandDims(worth, -1), ops.expandDims(worth, -2));
  const sum = (x: Tensor): Tensor => ops.sum(ops.mul(weight, x), [-1, -2]);
  const spread = ops.sqrt(ops.mul(sum(ops.mul(a, a)), sum(ops.mul(b, b))));
  return ops.divNoNan(sum(ops.mul(a, b)), spread);
}
