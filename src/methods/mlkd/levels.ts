/** The three levels at which answers are compared, in both forms. */
import type { Ops, Scalar, Tensor, Tensor2D } from '../../engine/types';

/** In the order of the released code, which matters to its second view. */
const TEMPERATURES = [4, 3, 5, 2, 6];
/** Temperatures at which the second view is read; at the others the released code reads the first one again. */
const SECOND = 3;

type Levels = [instance: Scalar, batch: Scalar, between: Scalar];

/** Squared Frobenius distance of the Gram matrices of two sets of rows. */
const gramDistance = (ops: Ops, a: Tensor2D, b: Tensor2D): Scalar =>
  ops.sum(ops.squaredDifference(ops.matMul(a, a, false, true), ops.matMul(b, b, false, true))) as Scalar;

/** The three levels at one temperature: per image, between images (/ B), between classes (/ K). */
function levels(ops: Ops, student: Tensor2D, teacher: Tensor2D, temperature: number): Levels {
  const s = ops.softmax(student, temperature) as Tensor2D;
  const t = ops.softmax(teacher, temperature) as Tensor2D;
  const [rows, classes] = student.shape;
  return [
    ops.distillation(student, teacher, temperature),
    ops.div(gramDistance(ops, s, t), rows),
    ops.div(gramDistance(ops, ops.transpose(s), ops.transpose(t)), classes),
  ];
}

/** One view: every level as its mean over temperatures, times `weight`. */
export function oneView(ops: Ops, student: Tensor2D, teacher: Tensor2D, weight: number): Levels {
  const all = TEMPERATURES.map((t) => levels(ops, student, teacher, t));
  const level = (i: 0 | 1 | 2): Scalar => {
    const parts = all.map((at) => at[i]);
    return ops.mul(ops.addN(parts) as Scalar, weight / TEMPERATURES.length);
  };
  return [level(0), level(1), level(2)];
}

/** Share of entries that are not above the median: about a half. */
function atMostMedian(ops: Ops, x: Tensor): Scalar {
  const n = x.size;
  const sorted = ops.topk(x, n).values;
  const middle = (at: number) => ops.slice(sorted, [at], [1]);
  const median = ops.mul(ops.add(middle((n - 1) >> 1), middle(n >> 1)), 0.5);
  return ops.mean(ops.cast(ops.lessEqual(x, median), 'float32'));
}

/**
 * Two views, first all rows of one and then of the other, as the released code runs, times `weight`: sums over
 * temperatures; masks of confident images and frequent classes that multiply a finished mean, so only scale it; of
 * the second view single images at the first temperatures.
 */
export function twoViews(ops: Ops, student: Tensor2D, teacher: Tensor2D, weight: number): Levels {
  const [s, strong] = ops.split(student, 2) as [Tensor2D, Tensor2D];
  const [t, strongTeacher] = ops.split(teacher, 2) as [Tensor2D, Tensor2D];
  const p = ops.softmax(t);
  const [images, classes] = [atMostMedian(ops, ops.max(p, -1)), atMostMedian(ops, ops.sum(p, 0))];
  const all = TEMPERATURES.map((at) => levels(ops, s, t, at));
  const sum = (i: 0 | 1 | 2, mask: Scalar): Scalar => {
    const parts = all.map((at) => at[i]);
    return ops.mul(ops.mul(ops.addN(parts) as Scalar, mask), weight);
  };
  const second = TEMPERATURES.map((at, i) =>
    i < SECOND ? ops.distillation(strong, strongTeacher, at) : (all[i] as Levels)[0],
  );
  const instance = ops.add(sum(0, images), ops.mul(ops.addN(second), weight)) as Scalar;
  return [instance, sum(1, images), sum(2, classes)];
}
