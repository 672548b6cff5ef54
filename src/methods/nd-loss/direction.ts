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

/**
 * Mean of 1 - f_s . e / max(|f_s|, |f_t|), equation 5: pulls features along the class direction and stops to
 * lengthen them at the teacher's length. Rows without a direction do not count.
 * @param direction unit vectors `[n, width]`; @param turnOnly divides by |f_s| always (cosine only).
 */
export function normDirection(ops: Ops, s: Tensor, t: Tensor, direction: Tensor, turnOnly: boolean): Scalar {
  const along = ops.sum(ops.mul(s, direction), -1, true);
  const [own, wanted] = [ops.norm(s), ops.norm(t)];
  // Two quotients and a choice: the gradient of a maximum is not defined where both are equal.
  const turned = ops.div(along, own);
  const pulled = ops.where(ops.greaterEqual(own, wanted), turned, ops.div(along, wanted));
  const rows = ops.sub(1, turnOnly ? turned : pulled);
  const counts = ops.sum(ops.square(direction), -1, true);
  return ops.div(ops.sum(ops.mul(rows, counts)), ops.maximum(ops.sum(counts), 1));
}

interface Seen {
  /** `[n, width]` each; `way` are unit vectors. */
  readonly student: Tensor;
  readonly teacher: Tensor;
  readonly way: Tensor;
}

/** Length over the teacher's and cosine to the class mean of both nets' features; how they are on average. */
export function lengthsAndCosines(ops: Ops, { student, teacher, way }: Seen) {
  const wanted = ops.norm(teacher);
  const rows = (x: Tensor) => {
    const length = ops.norm(x);
    return [ops.div(length, wanted), ops.div(ops.sum(ops.mul(x, way), -1, true), length)] as const;
  };
  const point = (columns: readonly Tensor[], group: number) =>
    ops.concat([...columns, ops.add(ops.zerosLike(wanted), group)], 1);
  const own = rows(student);
  const shorter = ops.cast(ops.less(own[0], 1), 'float32');
  return {
    features: ops.concat([point(own, 0), point(rows(teacher), 1)], 0),
    regime: ops.stack([ops.mean(shorter), ops.mean(own[1])]),
  };
}
