/**
 * The contract of a distillation method: a card plus functions that are handed their tools.
 * A method file imports this kit and types, nothing else.
 */
import type { ClassGroups } from '../core/class-groups';
import type { TaskFacts } from '../core/label-tasks';
import type { Panel } from '../core/panel';
import type { Schema, Values } from '../core/params';
import type { Card } from '../core/registry';
import type { Build, LinearLayer, Scalar, Shape, Tensor, Tensor1D, Tensor2D } from '../engine/types';
import type { Drawing, Midway, Pass, Review, Validation } from './kit/host';
import type { Batch, Prediction, Probed, Step } from './kit/step';

export * from '../core/class-groups';
export type { LabelTask } from '../core/label-tasks';
export type { Panel } from '../core/panel';
export * from '../core/params';
export { parseTable, type Table } from '../core/table';
export * from './kit/beta';
export * from './kit/helpers';
export type * from './kit/host';
export type * from './kit/step';

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
  /** What the images are labelled by beside the class: tasks to learn from. */
  readonly tasks: readonly TaskFacts[];
}

/** A teacher that a lane has for itself. */
export interface OwnTeacher {
  /** What it is for, as the page shows it. */
  readonly name: string;
  /** Number of its outputs; the run's classes when absent. */
  readonly outputs?: number;
  /** The classes that these are, where they are classes alone: a kept network that knows them may take its place. */
  readonly classNames?: readonly string[];
}

/** A place among a lane's networks that a kept network may take; it then stays as it is. */
export interface Seat {
  /** What it is for, as the page shows it. */
  readonly name: string;
  /** The student whose place it is, by number; 0 is the one that is reported. */
  readonly student?: number;
  /** The own teacher whose place it is, by number. */
  readonly teacher?: number;
  /** It takes nobody's place: one more network that only answers, `Asked.guest`; empty seats are passed over. */
  readonly guest?: true;
  /** The classes it answers, in order; default: those of the run. */
  readonly classNames?: readonly string[];
  /** How many answers it must give, whatever they mean; in place of classes. */
  readonly outputs?: number;
  /** Its weights are compared with the student's or mixed with them, so that it must be of the same model. */
  readonly alike?: true;
}

/** What a method knows about its networks before training. Shapes are of one sample. */
export interface Given<P> extends Partial<ClassFacts> {
  readonly params: P;
  readonly classes: number;
  /** Number of training samples: rows of a per-sample memory. */
  readonly samples: number;
  /** How many numbers were imported with each image; absent where none were. */
  readonly numbers?: number;
  /** Images of the pool; absent for methods that do not ask for them. */
  readonly pool?: number;
  /** Kept networks in seats of guests; absent: none. */
  readonly guests?: number;
  readonly image: Shape;
  readonly student: TapShapes;
  /** Undefined when the run has no teacher for this method. */
  readonly teacher: TapShapes | undefined;
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

export type Rates = readonly (readonly [until: number, factor: number])[];

/** One student's weights and statistics as a slow average of another's; both are of one model. */
export interface Follow {
  /** The one that follows, by number; give it no gradient. */
  readonly student: number;
  readonly of: number;
  /** Share of the old values that is kept each time. */
  readonly keep: number;
  /** After the first step of the phase, and then after every so many steps. */
  readonly every: number;
}

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
  /** Moves a student towards another one, after the optimiser's step. */
  readonly follows?: Follow;
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
    /** Students whose place a kept network may take, by id. Own teachers with known classes have seats of themselves. */
    readonly seats?: (params: Values<S>) => Readonly<Record<string, Seat>>;
    /** `prepare` asks the teacher about all images, so that it cannot be one that still trains. */
    readonly trained?: true;
    /**
     * The method learns from images without labels; refused where a set-up has none. `per`: how many of them a step
     * sees to each image of its batch, default 1. `optional`: it does without them too, which `Pass.pool` tells.
     */
    readonly pool?: { per?(params: Values<S>): number; readonly optional?: true };
    /**
     * 'pool': the method sees nothing but images without labels. They are its batch and its training set, in every
     * place where these are named; `labels` (-1 in `input`), `targets` and `supervised` throw.
     */
    readonly images?: 'pool';
    /**
     * What is read of a frozen teacher: its 'answers' (default) are over the students' classes; a method that reads
     * 'features' only can be taught by a network that knows other classes, and never sees its logits.
     */
    readonly reads?: (params: Values<S>) => 'features' | 'answers';
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
  /** Before the first step of each epoch, counted from 0: to choose what the epoch sees, say. Rerun on resuming there. */
  epoch?(epoch: number, pass: Midway<E, Values<S>>, memory: M, params: Values<S>): void | Promise<void>;
  /** After an epoch, before it is measured: sets the states of the extras that `predict` reads, by validation images. */
  choose?(held: Validation<Values<S>, E>, memory: M, params: Values<S>): void | Promise<void>;
  /** The memory without what `prepare` asks the teacher for, to count what a run takes before it starts. */
  blank?(pass: Omit<Pass, 'teacherOutputs'>, given: Given<Values<S>>): M;
  /** Changes what teacher and students see. The lane then has its own teacher pass. */
  input?(
    batch: Batch,
    step: Pick<Step<Values<S>, E, M>, 'ops' | 'params' | 'random' | 'classes' | 'phase'>,
  ): Batch;
  losses(step: Step<Values<S>, E, M>): Readonly<Record<T, Scalar>>;
  /** Replaces the sum of the terms' gradients; each is flat over everything that trains, `[n]`. Called once a step. */
  combineGradients?(
    gradients: Readonly<Record<T, Tensor1D>>,
    step: Pick<Step<Values<S>, E, M>, 'ops' | 'params' | 'memory'>,
  ): Tensor1D;
  /** Logits used for evaluation when they are not the plain head's. */
  predict?(given: Prediction<Values<S>, E>): Tensor2D;
  /** Small tensors that feed `panels`, a few times a second at most. */
  probe?(step: Probed<Values<S>, E, M>): Readonly<Record<string, Tensor>>;
  /** Feeds `panels` from the validation images, after every epoch. Host arithmetic; none of it reaches training. */
  review?(seen: Review, params: Values<S>, memory: M): Promise<Readonly<Record<string, Drawing>>>;
}

/** Checks a method against the contract and returns it; parameter, term and extra types are inferred. */
export function defineMethod<const S extends Schema, T extends string, E = undefined, M = undefined>(
  method: Method<S, T, E, M>,
): Method<S, T, E, M> {
  return method;
}
