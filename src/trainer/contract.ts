/** What a lane is given: once, and in every step. */
import type { OptimizerValues } from '../core/config';
import type { LabelTask } from '../core/label-tasks';
import type { AnyValues } from '../core/params';
import type { NetOutput, Tensor1D, Tensor2D, Tensor4D } from '../engine/types';
import type { AnyMethod } from '../methods/index';
import type { ClassFacts, RegimeFacts } from '../methods/kit';
import type { Task } from '../tasks/kit';
import type { Network } from './network';
import type { OwnNetwork } from './own-teachers';

/** What all lanes of a step share, made by the session before any lane runs. */
export interface SharedBatch {
  readonly images: Tensor4D;
  readonly labels: Tensor1D;
  readonly targets: Tensor2D;
  readonly index: Tensor1D;
  /** The run's teacher on these images; reading a field is what makes it needed. */
  readonly teacher: NetOutput | undefined;
  /** Images without labels, by how many of them a lane asks for. */
  readonly pools?: ReadonlyMap<number, Unlabelled>;
}

/** Images without labels in a step. */
export type Unlabelled = Pick<SharedBatch, 'images' | 'index' | 'teacher'>;

/** What a lane sees of the images without labels. */
export interface PoolShare {
  /** Images of the pool. */
  readonly count: number;
  /** Their labels for tasks beside the class; absent: none. */
  readonly tasks?: readonly LabelTask[] | undefined;
  /** Images of a step. */
  readonly rows: number;
}

/** What lanes are told where no regime changed anything. */
export const AS_IT_IS: RegimeFacts = { kept: 1, noisyTeacher: false };

/** Numbers of students and of own teachers. */
export interface Fixed {
  readonly students: ReadonlySet<number>;
  readonly teachers: ReadonlySet<number>;
}

export interface LaneOptions {
  readonly id: string;
  readonly method: AnyMethod;
  readonly params: AnyValues;
  readonly seed: number;
  readonly students: readonly Network[];
  /** The run's frozen teacher, for methods that change its input. */
  readonly frozenTeacher: Network | undefined;
  /** The lane's own teachers, for methods that train them. */
  readonly ownTeachers: readonly OwnNetwork[];
  readonly optimizer: OptimizerValues;
  readonly teacherOptimizer: OptimizerValues;
  readonly task: Task;
  readonly facts: ClassFacts;
  /** Training images the students see. */
  readonly samples: number;
  /** Numbers that were imported with each image; absent: none. */
  readonly numbers?: number | undefined;
  /** Absent: none. */
  readonly pool?: PoolShare | undefined;
  /** Absent: all training images, as they are. */
  readonly regime?: RegimeFacts;
  /** The frozen teacher knows other classes: its logits are not to be read. */
  readonly otherClasses?: boolean;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Networks that kept ones stand in for, by number: they never learn. Absent: none. */
  readonly fixed?: Fixed;
  /** Kept networks that only answer. Absent: none. */
  readonly guests?: readonly Network[];
  /** Other lanes read this lane's answers in the same step: a teacher trained beside its students. */
  readonly publishes?: boolean;
}
