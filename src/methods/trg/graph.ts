/** Token graphs and the three losses of TRG; which tokens, and how much each loss counts, is in ../trg.ts. */
import type { Ops, Random, Scalar, Shape, Tensor, Tensor2D, Tensor4D } from '../../engine/types';

/** Fewer tokens than this say little about an image. */
const LEAST = 16;
/** Tokens of a batch in the graph: their distances cost this squared. */
const MOST = 512;

const cells = (shape: Shape): number => shape.slice(0, -1).reduce((a, b) => a * b, 1);

/** The deepest of a network's inner activations (or shapes) with enough cells; the deepest when none has. */
export function deepest<X>(taps: Readonly<Record<string, X>>, shapeOf: (tap: X) => Shape): X {
  const all = Object.values(taps);
  return (all.filter((tap) => cells(shapeOf(tap)) >= LEAST).at(-1) ?? all.at(-1)) as X;
}

/** One-hot rows of whole numbers; unlike the stock op also for a single column. */
const oneHot = (ops: Ops, places: Tensor, depth: number): Tensor =>
  ops.cast(ops.equal(ops.expandDims(places, -1), ops.range(0, depth, 1, 'int32')), 'float32');

const identity = (ops: Ops, n: number): Tensor => oneHot(ops, ops.range(0, n, 1, 'int32'), n);

/** Patches of p x p cells in rows, `[b, h, w, c]` to `[b, h w / p^2, p p c]`; h and w are multiples of p. */
export function patches(ops: Ops, x: Tensor4D, p: number): Tensor {
  const [b, h, w, c] = x.shape;
  const cut = ops.reshape(x, [b, h / p, p, w / p, p, c]);
  return ops.reshape(ops.transpose(cut, [0, 1, 3, 2, 4, 5]), [b, -1, p * p * c]);
}

/** The same few random positions of every image from both, `[b q, d]`. */
export function sample(
  ops: Ops,
  random: Random,
  [s, t]: [Tensor, Tensor],
  wanted: number,
): [Tensor2D, Tensor2D] {
  const [b = 1, n = 1] = s.shape;
  const q = Math.max(1, Math.min(n, wanted, Math.floor(MOST / b)));
  const { indices } = ops.topk(random.uniform('tokens', [b, n]), q);
  const pick = oneHot(ops, indices, n);
  const rows = (x: Tensor) => ops.reshape(ops.batchMatMul(pick, x), [b * q, -1]) as Tensor2D;
  return [rows(s), rows(t)];
}

/** mask[i, j] = 1 when row i is among the k nearest of row j, itself excluded; sigma: mean length of these edges. */
export function neighbours(ops: Ops, rows: Tensor2D, k: number): { mask: Tensor; sigma: Tensor } {
  const n = rows.shape[0] as number;
  const d = ops.stopGradient(ops.pairwiseDistances(rows));
  const far = ops.mul(identity(ops, n), 1e30);
  const mask = ops.transpose(ops.topKMask(ops.neg(ops.add(d, far)), Math.max(1, Math.min(k, n - 1))));
  return { mask, sigma: ops.maximum(ops.div(ops.sum(ops.mul(d, mask)), ops.sum(mask)), 1e-9) };
}

export const adjacency = (ops: Ops, rows: Tensor2D, mask: Tensor, sigma: Tensor): Tensor =>
  ops.mul(mask, ops.exp(ops.div(ops.pairwiseDistances(rows), ops.mul(sigma, -2))));

/** Mean over tokens of the divergence between the rows of both graphs. */
export function localLoss(ops: Ops, student: Tensor, teacher: Tensor, teacherFirst: boolean): Scalar {
  const [s, t] = [ops.logSoftmax(student), ops.logSoftmax(teacher)];
  return ops.mean(teacherFirst ? ops.klRows(t, s) : ops.klRows(s, t));
}

/** Each projected student token must find its own teacher token among all, by cosine. */
export function globalLoss(ops: Ops, student: Tensor, teacher: Tensor, tau: Tensor): Scalar {
  const n = student.shape[0] as number;
  const cosines = ops.matMul(ops.l2Normalize(student), ops.l2Normalize(teacher), false, true);
  return ops.crossEntropy(ops.div(cosines, tau) as Tensor2D, identity(ops, n) as Tensor2D);
}

/** How the tokens of one image attend to one another, `[b, n, n]`. */
export const context = (ops: Ops, tokens: Tensor): Tensor =>
  ops.softmax(
    ops.div(ops.batchMatMul(tokens, tokens, false, true), Math.sqrt(tokens.shape.at(-1) as number)),
  );

/** Geometric fall from `high` in the first to `low` in the last epoch. */
export const coldness = (ops: Ops, epoch: Tensor, epochs: number, high: number, low: number): Tensor =>
  ops.mul(
    high,
    ops.exp(ops.mul(ops.minimum(ops.div(epoch, Math.max(1, epochs - 1)), 1), Math.log(low / high))),
  );
