/** Unit directions, and the loss that pulls features along them. */
import type { Ops, Scalar, Table, Tensor } from '../../engine/types';
import { classMeans, type Pass } from '../kit';

/** Rows of length 1; rows of zeros stay zero. */
export function unitRows(rows: Float32Array, width: number): Float32Array {
  const length = (row: number) => Math.hypot(...rows.subarray(row * width, (row + 1) * width)) || 1;
  const lengths = Array.from({ length: rows.length / width }, (_, row) => length(row));
  return rows.map((x, i) => x / (lengths[Math.floor(i / width)] as number));
}

/** Direction of the teacher's mean embedding of each class, `[classes, width]`. */
export async function classDirections(pass: Pass): Promise<Table> {
  const { embedding, width } = await pass.teacherOutputs();
  const means = classMeans(embedding, width, pass.labels, pass.classes);
  return pass.table(pass.classes, width, unitRows(means, width));
}

/** Both, or an ablation: only turned, always over |f_s|; only lengthened, as if all stood along their direction. */
export type Form = 'both' | 'direction' | 'norm';

/**
 * Mean of 1 - f_s . e / max(|f_s|, |f_t|), equation 5: pulls features along the class direction and stops to
 * lengthen them at the teacher's length. Rows without a direction do not count.
 * @param direction unit vectors `[n, width]`.
 */
export function normDirection(ops: Ops, s: Tensor, t: Tensor, direction: Tensor, form: Form): Scalar {
  const [own, wanted] = [ops.norm(s), ops.norm(t)];
  const along = form === 'norm' ? own : ops.sum(ops.mul(s, direction), -1, true);
  // Two quotients and a choice: the gradient of a maximum is not defined where both are equal.
  const turned = form === 'norm' ? ops.add(ops.zerosLike(own), 1) : ops.div(along, own);
  const pulled = ops.where(ops.greaterEqual(own, wanted), turned, ops.div(along, wanted));
  const rows = ops.sub(1, form === 'direction' ? turned : pulled);
  const counts = ops.sum(ops.square(direction), -1, true);
  return ops.div(ops.sum(ops.mul(rows, counts)), ops.maximum(ops.sum(counts), 1));
}
