/** Diversity and consistency of experts for long-tailed classes. Rows: gentle views first, strong views last. */
import type { Ops, Scalar, Tensor, Tensor2D } from '../../engine/types';

/** Logits as if class c were n_c^lambda times as frequent: z + lambda log n. `logCounts`: `[1, K]`. */
export const shifted = (ops: Ops, z: Tensor2D, logCounts: Tensor, lambda: number): Tensor2D =>
  ops.add(z, ops.mul(logCounts, lambda)) as Tensor2D;

/** The first and the second half of rows. */
const halves = (ops: Ops, rows: Tensor2D): [Tensor2D, Tensor2D] =>
  ops.split(rows, 2, 0) as [Tensor2D, Tensor2D];

export interface ExpertTerms {
  /** Cross-entropy of the shifted answer with the labels, mean over both views. */
  readonly diversity: Scalar;
  /** KL(gentle || strong) over images whose gentle view is right, mean over these; 0 without any. */
  readonly consistency: Scalar;
  /** How many these are. */
  readonly kept: Scalar;
}

/**
 * The terms of one expert. The gentle view is held fixed in the consistency.
 * @param a shifted logits `[2 n, K]`; @param targets `[2 n, K]`.
 */
export function expertTerms(ops: Ops, a: Tensor2D, targets: Tensor2D, t: number): ExpertTerms {
  const [gentle, strong] = halves(ops, a);
  const weak = ops.stopGradient(gentle);
  const [truth] = halves(ops, targets);
  const right = ops.cast(ops.equal(ops.argMax(weak), ops.argMax(truth)), 'float32');
  const kept = ops.sum(right) as Scalar;
  const rows = ops.distillationRows(strong, weak, t);
  return {
    diversity: ops.crossEntropy(a, targets),
    consistency: ops.div(ops.sum(ops.mul(right, rows)), ops.maximum(kept, 1)) as Scalar,
    kept,
  };
}

/** Weight of the consistency: grows by an equal amount up to `length`, then stays. */
export const rampOf = (ops: Ops, weight: number, done: Scalar, length: number): Scalar =>
  ops.mul(ops.minimum(ops.div(done, Math.max(length, 1e-6)), 1), weight) as Scalar;

/** Sum over experts of diversity and of weighted consistency. */
export function allTerms(ops: Ops, experts: readonly ExpertTerms[], ramp: Scalar) {
  const sum = (parts: readonly Scalar[]): Scalar => ops.addN([...parts]) as Scalar;
  return {
    diversity: sum(experts.map((e) => e.diversity)),
    consistency: ops.mul(ramp, sum(experts.map((e) => e.consistency))) as Scalar,
  };
}
