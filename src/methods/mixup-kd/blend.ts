/** Logits at one sharpness. */
import type { NetOutput, Ops, Tensor, Tensor2D } from '../../engine/types';

/** Unbiased standard deviation of each row, `[n, 1]`; the floor under the root keeps its gradient finite. */
export function deviation(ops: Ops, logits: Tensor2D): Tensor {
  const centred = ops.sub(logits, ops.mean(logits, -1, true));
  const squares = ops.sum(ops.square(centred), -1, true);
  return ops.sqrt(ops.add(ops.div(squares, logits.shape[1] - 1), 1e-12));
}

/** Logits divided by their own standard deviation. With two classes that leaves only a sign, so z / T instead. */
export function rescale(ops: Ops, logits: Tensor2D, params: { rescale: boolean; temperature: number }) {
  const scaled = params.rescale && logits.shape[1] > 2;
  if (!scaled) return { z: logits, t: params.temperature };
  return { z: ops.div(logits, deviation(ops, logits)) as Tensor2D, t: 1 };
}

interface Taught {
  readonly teacher: NetOutput;
  readonly teachers: readonly NetOutput[];
}

/** The run's teacher, or the one that learnt from blends. */
export const teacherOf = (step: Taught): NetOutput => step.teachers[0] ?? step.teacher;
