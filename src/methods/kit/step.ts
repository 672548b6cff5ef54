/** What a method is shown in a step. */
import type {
  Hooks,
  NetOutput,
  Ops,
  Random,
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor4D,
} from '../../engine/types';

/** What the regimes of the set-up made of the training images. */
export interface RegimeFacts {
  /** Share of the training images that the students see, above 0 to 1. */
  readonly kept: number;
  /** Whether a regime gave the teacher wrong labels. */
  readonly noisyTeacher: boolean;
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
 * Images without labels that a step sees beside its batch, drawn in an order of their own. Each network answers both
 * in one forward pass, so that batch norms see them together.
 */
export interface PoolBatch {
  /** `[rows, h, w, c]`, standardised and augmented like the batch; `input` leaves them as they are. */
  readonly images: Tensor4D;
  /** Row of the pool each image came from, int32 `[rows]`. */
  readonly index: Tensor1D;
  /** The teacher's answer to them. Throws when the method declared no teacher. */
  readonly teacher: NetOutput;
  /** Own teachers, as `Step.teachers`. */
  readonly teachers: readonly NetOutput[];
  readonly student: NetOutput;
  readonly students: readonly NetOutput[];
  readonly rows: number;
}

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
  /** Images without labels. Throws when the method declared no `roles.pool`. */
  readonly pool: PoolBatch;
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

/** What `probe` is shown. */
export interface Probed<P, E, M> extends Step<P, E, M> {
  /**
   * Gradient of the sum of these terms by the weights of the first student that its embedding depends on, flat `[n]`:
   * how a loss pulls at what all heads share. A forward and a backward pass of its own.
   */
  gradientOf(terms: readonly string[]): Tensor1D;
  /** What the first student's layers have learnt so far, by the names of the weights, in order of creation. */
  readonly weights: Readonly<Record<string, Tensor>>;
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
