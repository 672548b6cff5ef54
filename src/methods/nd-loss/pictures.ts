/** What KD++ shows: how long features are and where they point. */
import type { Ops, Tensor } from '../../engine/types';
import { binned } from '../kit';

/** Bins of the lengths. */
const BINS = 24;

/** Shares of rows by length, of the student and of the teacher, on one scale, `[2, 1 + bins]`. */
export function lengthCounts(ops: Ops, lengths: readonly [Tensor, Tensor]): Tensor {
  const longest = ops.maximum(ops.max(ops.stack([...lengths])), 1e-9);
  const counts = lengths.map((length, i) =>
    ops.concat([ops.tensor1d([i]), binned(ops, ops.div(length, longest), BINS)]),
  );
  return ops.stack(counts);
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
    lengths: lengthCounts(ops, [ops.norm(student), wanted]),
    regime: ops.stack([ops.mean(shorter), ops.mean(own[1])]),
  };
}
