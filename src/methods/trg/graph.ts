/** Token graphs and the three losses of TRG; which tokens, and how much each loss counts, is in ../trg.ts. */
import type { Ops, Random, Scalar, Tensor, Tensor2D } from '../../engine/types';

/** Tokens of a batch in the graph: their distances cost this squared. */
const MOST = 512;

/** One-hot rows of whole numbers; unlike the stock op also for a single column. */
const oneHot = (ops: Ops, places: Tensor, depth: number): Tensor =>
  ops.cast(ops.equal(ops.expandDims(places, -1), ops.range(0, depth, 1, 'int32')), 'float32');

const identity = (ops: Ops, n: number): Tensor => oneHot(ops, ops.range(0, n, 1, 'int32'), n);

/** A few random positions of every image, int32 `[b, q]`, of tokens `[b, n, d]`. */
export function places(ops: Ops, random: Random, { shape }: Tensor, wanted: number): Tensor {
  const [b = 1, n = 1] = shape;
  const q = Math.max(1, Math.min(n, wanted, Math.floor(MOST / b)));
  return ops.topk(random.uniform('tokens', [b, n]), q).indices;
}

/** The same positions of every image from all, `[b q, d]` each. */
export function pick(ops: Ops, at: Tensor, all: readonly Tensor[]): Tensor2D[] {
  const [b, q] = at.shape as [number, number];
  const chosen = oneHot(ops, at, all[0]?.shape[1] as number);
  return all.map((x) => ops.reshape(ops.batchMatMul(chosen, x), [b * q, -1]) as Tensor2D);
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

/** Neighbours of every token and the strength of these edges, both `[n, n]`. */
export function graphOf(ops: Ops, rows: Tensor2D, k: number): { mask: Tensor; edges: Tensor } {
  const { mask, sigma } = neighbours(ops, rows, k);
  return { mask, edges: adjacency(ops, rows, mask, sigma) };
}

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
