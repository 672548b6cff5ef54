/** What the student of LELP is taught, as tensors. */
import type { Ops, Table, Tensor, Tensor2D } from '../../engine/types';

/** Class probabilities of the teacher times the split of every class, `[b, K S]`; sums over S to the former. */
export function lelpTargets(ops: Ops, projected: Tensor, teacher: Tensor, t: number, beta: number): Tensor2D {
  const [b = 1, classes = 1] = teacher.shape;
  const split = ops.softmax(ops.div(ops.reshape(projected, [b, classes, -1]), beta));
  return ops.reshape(ops.mul(ops.expandDims(ops.softmax(teacher, t), 2), split), [b, -1]) as Tensor2D;
}

/** Normalised projections of embeddings `[b, D]` on the directions of every class, `[b, K S]`. */
export function project(ops: Ops, memory: Table, embedding: Tensor2D): Tensor {
  const matrix = memory.read(ops.range(0, memory.rows, 1, 'int32'));
  return ops.matMul(ops.concat([embedding, ops.ones([embedding.shape[0], 1])], 1), matrix);
}

/** Log of the summed probability of each class, up to a constant per row, `[b, K]`. */
export const classLogits = (ops: Ops, z: Tensor, classes: number): Tensor2D =>
  ops.logSumExp(ops.reshape(z, [z.shape[0] as number, classes, -1])) as Tensor as Tensor2D;
