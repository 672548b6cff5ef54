/** What methods are handed for work outside of steps: before the first one, and between two of them. */
import type { LabelTask } from '../../core/label-tasks';
import type { NetOutput, Ops, Shape, Table, Tensor, Tensor2D, Tensor4D, Variable } from '../../engine/types';
import type { ClassFacts } from '../kit';
import type { Prediction } from './step';

/**
 * Numbers about images from elsewhere, such as a larger model's logits, row-major: `[samples, width]` and
 * `[classes, width]`; those of the pool `[pool.samples, width]`. NaN where none were given.
 */
export interface ImageNumbers {
  /** The file they came in. */
  readonly name: string;
  readonly width: number;
  readonly rows: Float32Array;
  readonly classes: Float32Array;
}

/** A network's answers to a whole set of images, unaugmented, row-major: `[n, classes]` and `[n, width]`. */
export interface Answers {
  readonly logits: Float32Array;
  readonly embedding: Float32Array;
  readonly width: number;
}

/** Tools of `prepare`, which runs once before the first step of the lane. */
export interface Pass extends ClassFacts {
  readonly ops: Ops;
  readonly samples: number;
  /** Labels of the training set, `[samples]`. */
  readonly labels: Int32Array;
  /**
   * 1 for training images that a regime gave a wrong label, `[samples]`; absent where there are none. For pictures
   * alone: outside of a test nobody could tell a method.
   */
  readonly relabelled?: Uint8Array;
  /** What else the data set knows about its training images: whole numbers `[samples]` by attribute. */
  readonly attributes?: Readonly<Record<string, Int32Array>>;
  /** The tasks with the label of each training image, `[samples]`. */
  readonly tasks: readonly LabelTask[];
  /** A persistent table, filled with `initial` (row-major) or zeros. */
  table(rows: number, columns: number, initial?: Float32Array): Table;
  /** `n` uniform numbers in [0, 1), the same on every rerun (seed, lane, name). */
  uniform(name: string, n: number): Float32Array;
  /**
   * The frozen teacher's logits and embeddings for every training sample, unaugmented, row-major. Logits are over
   * the teacher's own classes, which may be others for a method that reads features.
   */
  teacherOutputs(): Promise<Answers>;
  /** Numbers about images that were imported with them; absent where none were. */
  readonly numbers?: ImageNumbers & { readonly pool: Float32Array };
  /** Kept networks in seats of guests; absent: none. */
  readonly guests?: number;
  /** The images without labels; undefined for methods that do not ask for them. */
  readonly pool?: PoolPass;
}

/** The pool as a whole. */
export interface PoolPass {
  readonly samples: number;
  /** The tasks that `facts` name with the label of each image, `[samples]`: images that lost their class keep these. */
  readonly tasks: readonly LabelTask[];
  /** Images of the pool by row, as `Midway.imagesOf`. */
  imagesOf(rows: ArrayLike<number>): Float32Array;
  /** The frozen teacher's answers to every image of the pool. */
  teacherOutputs(): Promise<Answers>;
  /** What every student of the lane answers to every image of the pool now. */
  studentOutputs(): Promise<readonly Float32Array[]>;
}

/** The lane's networks between phases, answering as in evaluation; no gradient is kept. */
export interface Asked {
  /** Images of the method's own making as a tensor: row-major `[n, h, w, c]`, standardised. */
  images(values: Float32Array): Tensor4D;
  /** The frozen teacher. Throws when the run does not train it first. */
  teacher(images: Tensor4D): NetOutput;
  /** Student number `i` of the lane; 0 is the one that is reported. */
  student(images: Tensor4D, i?: number): NetOutput;
  /** Guest number `i`: a kept network. Throws when there is no such one. */
  guest(images: Tensor4D, i: number): NetOutput;
}

/** Tools of `begin`, `epoch` and `retune`. */
export interface Midway<E = unknown, P = unknown> extends Pass {
  readonly extras: E;
  /** The validation images, and states of the extras to write. */
  readonly held: Validation<P, E>;
  /** `[height, width, channels]` of every image. */
  readonly image: Shape;
  /** Numbers of the students whose place a kept network has taken. */
  readonly kept: ReadonlySet<number>;
  /** Planned epochs of the lane, at least 1. */
  readonly epochs: number;
  /**
   * What the run's teacher ends with: its logits are its embedding times `kernel`, plus `bias`; row-major
   * `[embedding, classes]` and `[classes]`. Throws when the run does not train it first, or when it ends otherwise.
   */
  teacherHead(): Promise<Head>;
  /** Training images by row as networks see them, unaugmented: standardised, row-major `[n, h, w, c]`. */
  imagesOf(rows: ArrayLike<number>): Float32Array;
  /** The numbers of a tensor that `make` makes of networks, extras and tables, outside of any step. */
  compute(make: (asked: Asked) => Tensor): Promise<Float32Array>;
  /** What every student of the lane answers to every training sample now, unaugmented, row-major `[samples, classes]`. */
  studentOutputs(): Promise<readonly Float32Array[]>;
  /** The same for every own teacher of the lane, `[samples, outputs]` each. */
  ownTeacherOutputs(): Promise<readonly Float32Array[]>;
  /** Weights, biases and statistics of a student as they are now, row-major by name. Throws when there is no such student. */
  weights(student: number): Promise<NamedValues>;
  /** Replaces those that are named. Throws on a name or a length that the network does not have. */
  setWeights(student: number, values: NamedValues): Promise<void>;
}

/** A linear classifier, row-major. */
export interface Head {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Values by the names a network gives them, row-major. */
export type NamedValues = Readonly<Record<string, Float32Array>>;

/** The validation images, and states of the extras to set by them: tools of `choose`. Those of the test are shown to no method. */
export interface Validation<P, E> {
  readonly extras: E;
  readonly classes: number;
  /** `[rows]`. */
  readonly labels: Int32Array;
  /** What `read` makes of the networks' answers to them now, row-major `[rows, columns]`. */
  answers(read: (step: Prediction<P, E>) => Tensor2D): Promise<Float32Array>;
  /** Writes a state of the extras, row-major. */
  write(state: Variable, values: Float32Array): void;
}

/** What `review` is told after an epoch: answers to the validation images, row-major, `[rows, ...]`. */
export interface Review extends ClassFacts {
  readonly phase: string;
  readonly labels: Int32Array;
  /** As the method predicts, `[rows, classes]`. */
  readonly logits: Float32Array;
  /** Of every own teacher, `[rows, outputs]` each; asked when called, once while they do not learn. */
  ownTeacherOutputs(): Promise<readonly Float32Array[]>;
}

/** Numbers of a picture, row-major. */
export interface Drawing {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}
