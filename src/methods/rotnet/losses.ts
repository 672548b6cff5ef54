/** The losses of the phases: turns guessed, with or without a teacher of turns; then the classes. */
import type { NetOutput, Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '../../engine/types';
import type { Step } from '../kit';
import { allTurns, turnLabels } from '../views/turns';
import { type Options, turnsOf } from './params';
import type { Readout } from './readout';

export interface Heads {
  /** From the embedding to a logit for each turn. */
  readonly turns: (x: Tensor) => Tensor;
  /** Of frozen features only. */
  readonly readout: Readout | undefined;
  /** Whether there are images without labels. */
  readonly pool: boolean;
  /** Accuracy of a readout of each layer: of the untrained student, and of one that has learnt turns. */
  readonly reached: readonly Variable[];
}

type OwnStep = Step<Options, Heads, undefined>;

/** Who answers for the turned batch and, where there is a pool, for its turned images in the same pass. */
function turned(step: OwnStep) {
  const { ops, params, extras, images } = step;
  if (!extras.pool) return { student: () => step.student, teacher: () => step.teachers[0] as NetOutput };
  const all = ops.concat([images, allTurns(ops, step.pool.images, turnsOf(params))], 0) as Tensor4D;
  return { student: () => step.forward(all), teacher: () => step.forward(all, { teacher: 0 }) };
}

/** Cross-entropy with the turns and, once there is a teacher of turns, distillation from it. */
export function guessing(step: OwnStep): Scalar {
  const { ops, params, extras, phase } = step;
  const { guide, temperature } = params;
  const { student, teacher } = turned(step);
  const turns = turnsOf(params).length;
  const by = (z: Tensor2D) => ops.crossEntropy(z, turnLabels(ops, z, turns));
  if (phase === 'guide') return by(teacher().logits);
  const z = extras.turns(student().embedding) as Tensor2D;
  if (guide === 0) return by(z);
  const taught = ops.distillation(z, ops.stopGradient(teacher().logits) as Tensor2D, temperature);
  return ops.add(ops.mul(by(z), 1 - guide), ops.mul(taught, guide)) as Scalar;
}

/** Labels and the run's teacher, on the network's own head or on the readout. */
export function classes(step: OwnStep): { readonly labels: Scalar; readonly teacher: Scalar } {
  const { ops, params, extras, images, teacher, targets } = step;
  // Images without labels have nothing to say here.
  const student = extras.pool ? step.forward(images) : step.student;
  const z = extras.readout?.(ops, student) ?? student.logits;
  return {
    labels: ops.mul(ops.crossEntropy(z, targets), 1 - params.weight),
    teacher: ops.mul(ops.distillation(z, teacher.logits, params.temperature), params.weight),
  };
}
