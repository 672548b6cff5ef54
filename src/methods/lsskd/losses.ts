/** Targets and loss terms of layered self-supervised distillation. Rows of turned images are sample-major. */
import type { Ops, Scalar, Tensor, Tensor2D } from '../../engine/types';
import { TURNS } from './branches';

/** One-hot joint labels `[b M, K M]` of one-hot classes `[b, K]`: class y turned j times is y M + j. */
export function jointTargets(ops: Ops, targets: Tensor2D): Tensor2D {
  const [b, classes] = targets.shape;
  const turns = ops.reshape(ops.oneHot(ops.range(0, TURNS, 1, 'int32'), TURNS), [1, TURNS, 1, TURNS]);
  const joint: Tensor = ops.mul(ops.reshape(targets, [b, 1, classes, 1]), turns);
  return ops.reshape(joint, [b * TURNS, classes * TURNS]);
}

/** (1 - a) hard + a past, by row; rows that have no past yet stay hard. Equations 1 and 2. */
export function soften(ops: Ops, hard: Tensor2D, past: Tensor, share: Scalar): Tensor2D {
  const known = ops.cast(ops.greater(ops.sum(past, -1, true), 0), 'float32');
  return ops.add(hard, ops.mul(ops.mul(share, known), ops.sub(past, hard))) as Tensor2D;
}

/** Unturned rows `[b, k]` of `[b M, k]`. */
export function upright(ops: Ops, rows: Tensor2D): Tensor2D {
  const [n, width] = rows.shape;
  const each = ops.reshape(rows, [n / TURNS, TURNS, width]);
  return ops.reshape(ops.slice(each, [0, 0, 0], [-1, 1, -1]), [n / TURNS, width]);
}

export interface Answers {
  /** The student's own head on unturned images, `[b, K]`. */
  readonly plain: Tensor2D;
  /** Joint logits of every branch, shallow first, `[b M, K M]` each. */
  readonly joint: readonly Tensor2D[];
  /** Pooled features of every branch, and of the student, which are held fixed. */
  readonly features: readonly Tensor[];
  readonly last: Tensor;
}

interface Wanted {
  readonly plain: Tensor2D;
  readonly joint: readonly Tensor2D[];
}

/** The four terms without their weights. The deepest branch teaches, and learns nothing from that. */
export function terms(ops: Ops, answers: Answers, wanted: Wanted, t: number) {
  const { plain, joint, features, last } = answers;
  const sum = (parts: readonly Scalar[]): Scalar =>
    parts.length > 0 ? (ops.addN([...parts]) as Scalar) : ops.scalar(0);
  const deepest = ops.stopGradient(joint.at(-1) as Tensor2D);
  const goal = ops.stopGradient(last);
  return {
    labels: ops.crossEntropy(plain, wanted.plain),
    joint: sum(joint.map((z, l) => ops.crossEntropy(z, wanted.joint[l] as Tensor2D))),
    layers: sum(joint.slice(0, -1).map((z) => ops.distillation(z, deepest, t))),
    features: sum(features.map((f) => ops.mean(ops.sum(ops.squaredDifference(f, goal), -1)) as Scalar)),
  };
}

/** Class scores `[n, K]` from joint logits `[n, K M]`: the sum over the turns of each class. */
export const classScores = (ops: Ops, joint: Tensor): Tensor2D =>
  ops.sum(ops.reshape(joint, [joint.shape[0] as number, -1, TURNS]), 2) as Tensor2D;
