/** What a lane is given: once, and in every step. */
import type { OptimizerValues } from '../core/config';
import type { AnyValues } from '../core/params';
import type { NetOutput, Tensor1D, Tensor2D, Tensor4D } from '../engine/types';
import type { AnyMethod } from '../methods/index';
import type { Task } from '../tasks/kit';
import type { Network } from './network';

/** What all lanes of a step share, made by the session before any lane runs. */
export interface SharedBatch {
  readonly images: Tensor4D;
  readonly labels: Tensor1D;
  readonly targets: Tensor2D;
  readonly index: Tensor1D;
  /** The run's teacher on these images; reading a field is what makes it needed. */
  readonly teacher: NetOutput | undefined;
}

export interface LaneOptions {
  readonly id: string;
  readonly method: AnyMethod;
  readonly params: AnyValues;
  readonly seed: number;
  readonly students: readonly Network[];
  /** The run's frozen teacher, for methods that change its input. */
  readonly frozenTeacher: Network | undefined;
  /** The lane's own teacher, for methods that train it. */
  readonly ownTeacher: Network | undefined;
  readonly optimizer: OptimizerValues;
  readonly teacherOptimizer: OptimizerValues;
  readonly task: Task;
  readonly classes: number;
  readonly samples: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Other lanes read this lane's answers in the same step: a teacher trained beside its students. */
  readonly publishes?: boolean;
}
