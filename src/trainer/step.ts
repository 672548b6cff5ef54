/** A step as a method sees it. */
import type { AnyValues } from '../core/params';
import type { Clock } from '../engine/inputs';
import { ops } from '../engine/ops/index';
import type { NetOutput, Random, Tensor1D } from '../engine/types';
import type { Batch, Step } from '../methods/kit';
import { AS_IT_IS, type LaneOptions } from './contract';
import { once } from './outputs';
import type { Span } from './phases';
import { type Answered, withoutLabels } from './unlabelled';

export type AnyStep = Step<AnyValues, unknown, unknown>;

/** The part of a lane that its method is shown. */
interface Owner {
  readonly options: LaneOptions;
  readonly params: AnyValues;
  readonly extras: unknown;
  readonly memory: unknown;
  readonly clock: Clock;
  readonly random: Random;
  readonly phase: Span;
}

interface Seen {
  readonly batch: Batch;
  readonly index: Tensor1D;
  /** The run's teacher. */
  readonly frozen: NetOutput | undefined;
}

export function stepOf(lane: Owner, answered: Answered, { batch, index, frozen }: Seen): AnyStep {
  const { method, facts, task, stepsPerEpoch, regime = AS_IT_IS } = lane.options;
  const { params, extras, memory, clock, random, phase } = lane;
  const { students, own, forward } = answered;
  const supervised = once(() => task.supervised(ops, students[0]!.logits, batch.targets));
  const progress = once(() => clock.scalar('progress'));
  const epoch = once(() => clock.scalar('epoch'));
  return withoutLabels(lane.options, {
    ops,
    params,
    extras,
    memory,
    phase: phase.id,
    images: batch.images,
    get teacher(): NetOutput {
      const answer = frozen ?? own[0];
      if (!answer) throw new Error(`${method.name} asks for a teacher, but this run has none for it.`);
      return answer;
    },
    teachers: own,
    student: students[0]!,
    students,
    forward,
    labels: batch.labels,
    targets: batch.targets,
    index,
    get pool() {
      return answered.pool();
    },
    classes: facts.classes,
    batch: batch.labels.shape[0],
    regime,
    get supervised() {
      return supervised();
    },
    get progress() {
      return progress();
    },
    get epoch() {
      return epoch();
    },
    epochs: Math.max(1, Math.round((phase.end - phase.start) / stepsPerEpoch)),
    random,
  });
}
