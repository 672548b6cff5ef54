/**
 * The contract of a distillation method: a card plus functions that are handed their tools.
 * A method file imports this kit and types, nothing else.
 */
import type { ClassGroups } from '../core/class-groups';
import type { Panel } from '../core/panel';
import type { Schema, Values } from '../core/params';
import type { Card } from '../core/registry';
import type {
  Build,
  Hooks,
  LinearLayer,
  NetOutput,
  Ops,
  Random,
  Scalar,
  Shape,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor4D,
} from '../engine/types';
import type { Drawing, Midway, Pass, Review } from './kit/host';

export * from '../core/class-groups';
export type { Panel } from '../core/panel';
export * from '../core/params';
export { parseTable, type Table } from '../core/table';
export * from './kit/helpers';
export type * from './kit/host';

export type Family =
  | 'baseline'
  | 'logits'
  | 'features'
  | 'relations'
  | 'contrastive'
  | 'online'
  | 'self'
  | 'multi-teacher'
  | 'input';

export interface Paper {
  readonly title: string;
  readonly authors: string;
  readonly venue: string;
  readonly year: number;
  readonly url: string;
}

/** What a run knows of its classes before any training. */
export interface ClassFacts {
  readonly classes: number;
  readonly classNames: readonly string[];
  /** Groupings of the classes that the data set came with, such as the folders above them; fewer groups first. */
  readonly groups: readonly ClassGroups[];
}

/** A teacher that a lane has for itself. */
export interface OwnTeacher {
  /** What it is for, as the page shows it. */
  readonly name: string;
  /** Number of its outputs; the run's classes when absent. */
  readonly outputs?: number;
}

/** What a method knows about its networks before training. Shapes are of one sample. */
export interface Given<P> extends Partial<ClassFacts> {
  readonly params: P;
  readonly classes: number;
  /** Number of training samples: rows of a per-sample memory. */
  readonly samples: number;
  readonly image: Shape;
  readonly student: TapShapes;
  /** Undefined when the run has no teacher for this method. */
  readonly teacher: TapShapes | undefined;
}

/** What the regimes of the set-up made of the training images. */
export interface RegimeFacts {
  /** Share of the training images that the students see, above 0 to 1. */
  readonly kept: number;
  /** Whether a regime gave the teacher wrong labels. */
  readonly noisyTeacher: boolean;
}

export interface TapShapes {
  readonly embedding: number;
  /** In order of depth. */
  readonly taps: Readonly<Record<string, Shape>>;
  /** Whether its answers have a `lastStage`; no when absent. */
  readonly lastStage?: boolean;
  /** Dense and convolution layers by name, in order of creation: what hooks can say of their kernels. */
  readonly linear?: Readonly<Record<string, LinearLayer>>;
}

/** How `forward` runs a network. */
export interface PassOptions {
  /** Number of the student; default 0, the one that is reported. */
  readonly student?: number;
  /** A teacher instead of a student: number of the own one; `true`: the one that `teacher` answers for. */
  readonly teacher?: number | true;
  /**
   * Whether batch norms use the batch; default: whether the network learns in this phase. The first pass of a step
   * that does so moves the statistics of a network that learns, no other.
   */
  readonly training?: boolean;
  /** What is changed on the way. A pass with the same images, mode and hooks (the very same object) is made once. */
  readonly hooks?: Hooks;
}

/**
 * Runs a network of the lane on images `[rows, h, w, c]`, standardised. Gradients flow to everything that is used on
 * the way; what trains is what the phase says. Throws when there is no such network.
 */
export type Forward = (images: Tensor4D, options?: PassOptions) => NetOutput;

/**
 * Everything a loss may read. Tensors of the run's teacher carry no gradient; those of own teachers do, and move them
 * in phases that train 'teacher'.
 */
export interface Step<P, E, M> {
  readonly ops: Ops;
  readonly params: P;
  readonly extras: E;
  readonly memory: M;
  /** Id of the running phase; 'main' for methods without phases. */
  readonly phase: string;
  /** Images the networks saw, `[batch, h, w, c]`, standardised. */
  readonly images: Tensor4D;
  /** The run's teacher, or the one that `roles.teacher` 'learns' asks for. Throws when the method declared none. */
  readonly teacher: NetOutput;
  /** Own teachers in the order of `roles.teachers`. Each is asked when its answer is first read, so unread ones are free. */
  readonly teachers: readonly NetOutput[];
  /** As every student, asked when its answer is first read. */
  readonly student: NetOutput;
  /** All peers of an online method; `students[0]` is `student`. */
  readonly students: readonly NetOutput[];
  /** Runs a network again: on other images, or with parts of it changed. */
  readonly forward: Forward;
  /** Class of each row, int32 `[batch]`. */
  readonly labels: Tensor1D;
  /** Target distribution of each row, `[batch, classes]`: one-hot, or what `input` made of it. */
  readonly targets: Tensor2D;
  /** Row of the training set each image came from, int32 `[batch]`. */
  readonly index: Tensor1D;
  readonly classes: number;
  readonly batch: number;
  readonly regime: RegimeFacts;
  /** Cross-entropy of `student` with `targets`, mean over the batch. */
  readonly supervised: Scalar;
  /** 0 at the first step of the phase, 1 after its last; lives on the device. */
  readonly progress: Scalar;
  /** Completed epochs of the phase, whole number; lives on the device. */
  readonly epoch: Scalar;
  /** Planned epochs of the phase. */
  readonly epochs: number;
  readonly random: Random;
}

/**
 * What a prediction may read: in evaluation, in training for the accuracy of the batch, and where a network leaves as
 * ONNX or TensorFlow.js, which draws what `forward` of the first student runs.
 */
export type Prediction<P, E> = Pick<
  Step<P, E, unknown>,
  'ops' | 'params' | 'extras' | 'phase' | 'images' | 'student' | 'students' | 'forward'
>;

/** What `input` may change before the networks see a batch. */
export interface Batch {
  readonly images: Tensor4D;
  readonly labels: Tensor1D;
  readonly targets: Tensor2D;
}

export type Rates = readonly (readonly [until: number, factor: number])[];

export interface Phase {
  readonly label: string;
  /** Share of the lane's steps; the shares of all phases add up to 1. One of share 0 is left out. */
  readonly share: number;
  /**
   * Takes no step, so that nothing is differentiated: only `begin` runs, before the next phase or, in the last phase,
   * after the last step and before the last measurement. Its share is 0.
   */
  readonly hostOnly?: true;
  /** Which parameter groups learn; default all. */
  readonly trains?: readonly ('student' | 'extras' | 'teacher')[];
  /** Where extras learn: only those whose names begin so. */
  readonly extras?: string;
  /** Which of the students learn, by number; default all. */
  readonly students?: readonly number[];
  /**
   * 'linear': of the students only kernels and biases of dense and convolution layers learn; all else stays, and so do
   * the statistics of batch norms, which are used as they are. Default: everything.
   */
  readonly learns?: 'linear';
  /**
   * Factors of the learning rate, each up to a share of the phase, in order and ending at 1. In place of the
   * schedule and warm-up of the optimiser.
   */
  readonly rates?: Rates;
}

export interface Method<S extends Schema = Schema, T extends string = string, E = unknown, M = unknown>
  extends Card {
  readonly family: Family;
  /** Undefined only for baselines without a paper of their own. */
  readonly paper?: Paper;
  /** LaTeX of the loss. */
  readonly formula: string;
  readonly fidelity: 'as published' | 'adapted' | 're-derived';
  /** What differs from the paper or its released code, and why. */
  readonly deviations: string;
  readonly params: S;
  /** Loss terms, by key: each becomes a series of the chart. The loss is their sum, so weights are inside. */
  readonly terms: Readonly<Record<T, string>>;
  readonly roles?: {
    /** 'frozen' (default): the run's teacher. 'learns': an own copy trained with the student. 'none'. */
    readonly teacher?: 'frozen' | 'learns' | 'none';
    /**
     * Own teachers of the run's teacher model, trained in the phases that train 'teacher' and frozen in the others.
     * Beside the run's teacher, unless `teacher` says otherwise.
     */
    readonly teachers?: (params: Values<S>, facts: ClassFacts) => readonly OwnTeacher[];
    /** Number of students trained together; the first one is reported. */
    readonly peers?: (params: Values<S>) => number;
    /** `prepare` asks the teacher about all images, so that it cannot be one that still trains. */
    readonly trained?: true;
  };
  /** Stages of training in order, by parameter values; default is one phase 'main' in which all learn. */
  phases?(params: Values<S>): Readonly<Record<string, Phase>>;
  /** Pictures of the method's own numbers, filled by `probe` and `review` under the same keys. */
  readonly panels?: Readonly<Record<string, Panel>>;
  /** Projectors, heads, gates: created, trained and saved with the lane. */
  extras?(build: Build, given: Given<Values<S>>): E;
  /**
   * Memories: tables, alone or among plain values; runs once, may read the frozen teacher. Tables may change while
   * the lane trains and are saved with it; the rest stays as it is.
   */
  prepare?(pass: Pass, params: Values<S>): M | Promise<M>;
  /** Before the first step of each phase: memories of what students and extras have become, or work on weights. */
  begin?(phase: string, pass: Midway<E, Values<S>>, memory: M, params: Values<S>): void | Promise<void>;
  /**
   * After live parameters were moved, before the next step or look: what `begin` has made of the old values is made
   * anew. Called in the running phase; calling it again with the same values changes nothing.
   */
  retune?(phase: string, pass: Midway<E, Values<S>>, memory: M, params: Values<S>): void | Promise<void>;
  /** The memory without what `prepare` asks the teacher for, to count what a run takes before it starts. */
  blank?(pass: Omit<Pass, 'teacherOutputs'>, given: Given<Values<S>>): M;
  /** Changes what teacher and students see. The lane then has its own teacher pass. */
  input?(
    batch: Batch,
    step: Pick<Step<Values<S>, E, M>, 'ops' | 'params' | 'random' | 'classes' | 'phase'>,
  ): Batch;
  losses(step: Step<Values<S>, E, M>): Readonly<Record<T, Scalar>>;
  /** Replaces the sum of the terms' gradients; each is flat over everything that trains, `[n]`. */
  combineGradients?(
    gradients: Readonly<Record<T, Tensor1D>>,
    step: { ops: Ops; params: Values<S> },
  ): Tensor1D;
  /** Logits used for evaluation when they are not the plain head's. */
  predict?(given: Prediction<Values<S>, E>): Tensor2D;
  /** Small tensors that feed `panels`, a few times a second at most. */
  probe?(step: Step<Values<S>, E, M>): Readonly<Record<string, Tensor>>;
  /** Feeds `panels` from the validation images, after every epoch. Host arithmetic; none of it reaches training. */
  review?(seen: Review, params: Values<S>, memory: M): Promise<Readonly<Record<string, Drawing>>>;
}

/** Checks a method against the contract and returns it; parameter, term and extra types are inferred. */
export function defineMethod<const S extends Schema, T extends string, E = undefined, M = undefined>(
  method: Method<S, T, E, M>,
): Method<S, T, E, M> {
  return method;
}
