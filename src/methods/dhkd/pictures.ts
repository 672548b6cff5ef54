/** How both lessons of DHKD pull, and where the classes lie for the main head. */
import type { NetOutput, Ops, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { cosine, headKernel, type Probed } from '../kit';

interface Compared {
  readonly temperature: number;
  readonly match: 'normalised' | 'binary';
}

interface Options extends Compared {
  readonly align: boolean;
}

/** What each count keeps of itself from step to step: all steps, and about the last hundred. */
const KEPT = [[1], [0.99]];

const rows = (ops: Ops): Tensor1D => ops.range(0, KEPT.length, 1, 'int32');

/**
 * Counts an aligned step. @param table steps and those whose gradient was projected, `[2, 2]`: a row for each of KEPT.
 * @param projected whether this one is such, a truth value `[]`.
 */
export function counted(ops: Ops, table: Table, projected: Tensor): void {
  const step = ops.stack([ops.scalar(1), ops.cast(projected, 'float32')]);
  const before = ops.mul(table.read(rows(ops)), ops.tensor2d(KEPT));
  table.write(rows(ops), ops.add(before, step) as Tensor2D);
}

/** Share of the projected steps, `[2]`; 0 before the first one. */
export function projectedShare(ops: Ops, table: Table): Tensor {
  const [steps, projected] = ops.split(table.read(rows(ops)), 2, 1) as [Tensor, Tensor];
  return ops.reshape(ops.divNoNan(projected, steps), [-1]);
}

/** Cosine of both losses' gradients by the main head's weights, if both read its logits. */
export function pullsInHead(
  ops: Ops,
  student: NetOutput,
  teacher: Tensor2D,
  targets: Tensor2D,
  { temperature: t, match }: Compared,
): Tensor {
  const { div, sigmoid, sub } = ops;
  const z = student.logits;
  const labels = sub(ops.softmax(z), targets);
  const raw =
    match === 'normalised'
      ? sub(sigmoid(div(sub(z, teacher), t)), 0.5)
      : sub(sigmoid(div(z, t)), sigmoid(div(teacher, t)));
  const read = ops.concat([student.embedding, ops.ones([z.shape[0], 1])], 1) as Tensor2D;
  const byWeights = (slopes: Tensor) => ops.matMul(read, slopes as Tensor2D, true);
  return cosine(ops, byWeights(labels), byWeights(raw));
}

/** Rows less their mean, each of length 1. */
const centred = (ops: Ops, rows: Tensor): Tensor2D =>
  ops.l2Normalize(ops.sub(rows, ops.mean(rows, 0, true))) as Tensor2D;

/** Cosines `[K, 2 K]` of the batch's class means with the head's rows, then with each other; all around their mean. */
export function geometry(
  ops: Ops,
  embedding: Tensor2D,
  targets: Tensor2D,
  kernel: Tensor2D | undefined,
): Tensor {
  const counts = ops.reshape(ops.sum(targets, 0), [-1, 1]);
  const means = centred(ops, ops.div(ops.matMul(targets, embedding, true), ops.maximum(counts, 1)));
  const rows = kernel ? centred(ops, ops.transpose(kernel)) : ops.zerosLike(means);
  return ops.concat([ops.matMul(rows, means, false, true), ops.matMul(means, means, false, true)], 1);
}

type Moment<P, E> = Pick<
  Probed<P, E, { readonly projected: Table }>,
  'ops' | 'params' | 'memory' | 'student' | 'teacher' | 'targets' | 'weights' | 'gradientOf'
>;

/** @param auxiliary logits that are matched with the teacher's. */
export function pictures<P extends Options, E>(step: Moment<P, E>, auxiliary: Tensor) {
  const { ops, params, memory, student, teacher, targets, weights, gradientOf } = step;
  const all = [student.logits, auxiliary, teacher.logits];
  const below = cosine(ops, gradientOf(['labels']), gradientOf(['teacher']));
  return {
    pulls: ops.stack([below, pullsInHead(ops, student, teacher.logits, targets, params)]),
    ...(params.align ? { projected: projectedShare(ops, memory.projected) } : {}),
    scale: ops.stack(all.map((z) => ops.mean(ops.abs(z)))),
    offset: ops.stack(all.map((z) => ops.mean(z))),
    geometry: geometry(ops, student.embedding, targets, headKernel(weights, student)),
  };
}
