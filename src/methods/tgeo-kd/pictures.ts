/** What TGeo-KD shows: the share of the teacher, image by image, and the triangles it is read from. */
import type { Ops, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { firstImages, type Pass, type Step } from '../kit';
import type { Options } from './params';

/** Images with a triangle, and dots on each of its sides. */
const [DRAWN, DOTS] = [3, 24];

const lengths = (ops: Ops, a: Tensor, b: Tensor): Tensor => ops.norm(ops.sub(a, b));

interface Corners {
  /** Probabilities of student and teacher and the label, `[n, K]`. */
  readonly student: Tensor;
  readonly teacher: Tensor;
  readonly label: Tensor;
}

/** Lengths of the sides of each triangle, `[n, 1]`. */
const sides = (ops: Ops, { student, teacher, label }: Corners) => ({
  ground: lengths(ops, teacher, label),
  own: lengths(ops, student, label),
  top: lengths(ops, student, teacher),
});

export interface Wrong {
  /** 1 for images with a wrong label, one column; absent where no regime made any. No loss reads it. */
  readonly relabelled?: Table;
}

/** The part of the memory that says which labels are wrong. */
export const wrongLabels = ({ relabelled, samples, table }: Omit<Pass, 'teacherOutputs'>): Wrong =>
  relabelled ? { relabelled: table(samples, 1, Float32Array.from(relabelled)) } : {};

/** Dots along the sides of the first triangles, laid out in the plane: rows of x, y and number of the image. */
export function triangles(ops: Ops, corners: Corners): Tensor {
  const n = Math.min(DRAWN, corners.label.shape[0] as number);
  const some = (x: Tensor) => ops.slice(x, [0, 0], [n, -1]);
  const { ground, own, top } = sides(ops, {
    student: some(corners.student),
    teacher: some(corners.teacher),
    label: some(corners.label),
  });
  const square = (x: Tensor) => ops.mul(x, x);
  const cosine = ops.div(ops.sub(ops.add(square(ground), square(own)), square(top)), ops.mul(2, ground));
  const x = ops.maximum(ops.minimum(cosine, own), ops.neg(own));
  const y = ops.sqrt(ops.maximum(ops.sub(square(own), square(x)), 0));
  const share = ops.expandDims(ops.div(ops.range(0, DOTS), DOTS), 0);
  const between = (from: Tensor, to: Tensor) => ops.add(from, ops.mul(share, ops.sub(to, from)));
  const zero = ops.zerosLike(x);
  const along = (a: Tensor, b: Tensor, c: Tensor) =>
    ops.reshape(ops.concat([between(a, b), between(b, c), between(c, a)], 1), [-1]);
  const image = ops.reshape(ops.add(ops.zeros([n, 3 * DOTS]), ops.expandDims(ops.range(0, n), 1)), [-1]);
  return ops.stack([along(zero, ground, x), along(zero, zero, y), image], 1);
}

/** Mean of `alpha` in % for the teacher right and wrong (rows), by what else holds (columns), `[2, 4]`. */
export function cases(
  ops: Ops,
  alpha: Tensor,
  right: { readonly teacher: Tensor; readonly student: Tensor; readonly near: Tensor },
): Tensor {
  const not = (x: Tensor) => ops.sub(1, x);
  const columns = ops.stack([right.student, not(right.student), right.near, not(right.near)], 1) as Tensor2D;
  const rows = ops.stack([right.teacher, not(right.teacher)]) as Tensor2D;
  const sums = ops.matMul(ops.mul(rows, alpha) as Tensor2D, columns);
  return ops.div(ops.mul(100, sums), ops.matMul(rows, columns));
}

/** Mean of `alpha` in % and number of images, for right labels and for wrong ones, `[2, 2]`. @param wrong 0 or 1, `[n]`. */
export function byLabel(ops: Ops, alpha: Tensor, wrong: Tensor): Tensor {
  const rows = ops.stack([ops.sub(1, wrong), wrong]);
  const images = ops.sum(rows, 1);
  return ops.stack([ops.div(ops.mul(100, ops.sum(ops.mul(rows, alpha), 1)), images), images], 1);
}

/** @param alpha share of the teacher per image, `[n]`. */
export function pictures(
  { ops, memory, images, student, teacher, targets, labels, index }: Step<Options, unknown, Wrong>,
  alpha: Tensor1D,
): Readonly<Record<string, Tensor>> {
  const flag = (x: Tensor) => ops.cast(x, 'float32');
  const tenth = ops.cast(ops.minimum(ops.floor(ops.mul(alpha, 10)), 9), 'int32') as Tensor1D;
  const right = flag(ops.equal(ops.argMax(teacher.logits), labels));
  const mean = (mask: Tensor) => ops.div(ops.sum(ops.mul(alpha, mask)), ops.maximum(ops.sum(mask), 1));
  const corners = {
    student: ops.softmax(student.logits),
    teacher: ops.softmax(teacher.logits),
    label: targets,
  };
  const { ground, own, top } = sides(ops, corners);
  const third = ops.minimum(ops.floor(ops.mul(alpha, 3)), 2);
  const wrong = memory.relabelled && ops.reshape(memory.relabelled.read(index), [-1]);
  return {
    ...firstImages(ops, images, alpha),
    mix: ops.sum(ops.oneHot(tenth, 10), 0),
    right: ops.stack([mean(right), mean(ops.sub(1, right))]),
    corners: ops.concat([ground, own, ops.expandDims(third, 1)], 1),
    triangles: triangles(ops, corners),
    cases: cases(ops, alpha, {
      teacher: right,
      student: flag(ops.equal(ops.argMax(student.logits), labels)),
      near: flag(ops.lessEqual(ops.reshape(top, [-1]), ops.mean(top))),
    }),
    ...(wrong ? { labels: byLabel(ops, alpha, wrong) } : {}),
  };
}
