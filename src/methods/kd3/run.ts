/** A step: what is compared, and how much each image counts. */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';
import { betaQuantile, ifWeighted, type Step } from '../kit';
import type { Memory, Params } from './epoch';
import { contrast, disagreement, meanOfKept, mixDistribution, weightedDistance } from './losses';
import { answersOf, type Extras, wantedOf } from './shared';

type Moment = Step<Params, Extras, Memory>;

/** Columns of `Memory.chosen` for the batch, `[batch]` each. */
export const chosenOf = ({ ops, memory, index }: Moment) =>
  ops.split(memory.chosen.read(index), 2, 1).map((x) => ops.reshape(x, [-1])) as [Tensor1D, Tensor1D];

/** The images of the step in other colours, and how much of its own each has kept. */
export function mixed({ ops, params, images, random }: Moment): { images: Tensor4D; share: Tensor1D } {
  const n = images.shape[0];
  const share = betaQuantile(ops, random.uniform('mixture', [n]), params.beta) as Tensor1D;
  return { images: mixDistribution(ops, images, share, random.permutation('partner', n)), share };
}

/** Features through the teacher's classifier, and how far apart the answers are. */
export function aligned(step: Moment) {
  const { ops, student, teacher } = step;
  const { map, logits } = answersOf(step, student);
  return { map, wanted: wantedOf(step, teacher), weights: disagreement(ops, logits, teacher.logits) };
}

export function terms(step: Moment): { match: Scalar; student: Scalar; teacher: Scalar } {
  const { ops, params, extras, student, teacher } = step;
  const [kept] = chosenOf(step);
  if (params.match !== 'features') {
    const each = ops.distillationRows(student.logits, teacher.logits, params.temperature);
    return { match: meanOfKept(ops, each, kept), student: ops.scalar(0), teacher: ops.scalar(0) };
  }
  const { map, wanted, weights } = aligned(step);
  const other = params.contrast > 0 ? mixed(step).images : undefined;
  const apart = (embed: (x: Tensor) => Tensor, a: Tensor2D, b: () => Tensor2D): Scalar =>
    ifWeighted(ops, params.contrast, () =>
      contrast(ops, [embed(a), embed(b())] as [Tensor2D, Tensor2D], params.sharpness, kept),
    );
  return {
    match: weightedDistance(ops, [map, wanted], weights, kept),
    student: apart(extras.student, student.embedding, () => step.forward(other!).embedding),
    teacher: apart(
      extras.teacher,
      teacher.embedding,
      () => step.forward(other!, { teacher: true }).embedding,
    ),
  };
}
