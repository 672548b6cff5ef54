/** What leaves the worker to be saved: networks and images. Types only, part of the contract in `protocol.ts`. */
import type { ClassGroups } from '../core/class-groups';
import type { TaskFacts } from '../core/label-tasks';
import type { AnyValues } from '../core/params';

interface NetworkChoice {
  readonly id: string;
  readonly params: AnyValues;
}

/** A trained network with what is needed to use it elsewhere. */
export interface NetworkItem {
  readonly learner: string;
  readonly model: NetworkChoice;
  /** What it learned by, how far it came, and the model of its teacher: methods may answer by a rule of their own. */
  readonly method: NetworkChoice & { readonly phase?: string; readonly teacher?: NetworkChoice };
  /** `[height, width, channels]`. */
  readonly image: readonly number[];
  readonly classNames: readonly string[];
  /** How the data set groups them, where it does. */
  readonly groups?: readonly ClassGroups[];
  /** What its images are labelled by beside the class. */
  readonly tasks?: readonly TaskFacts[];
  /** Per channel, of pixels in 0..255: inputs are `(pixel - mean) / std`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Weights and running statistics in the layout of the layers: `[in, out]`, `[h, w, in, out]`. Those of the
   * method's own heads and projectors begin with `extras.`. */
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float32Array<ArrayBuffer>;
  }[];
}

/** Training images as students or teacher see them: rows of the training split, their labels, and for how long. */
export interface TrainingRows {
  readonly rows: Int32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly epochs: number;
}

/** The images of a set-up as the networks get them, before augmentation. */
export interface SetupImages {
  readonly image: readonly [height: number, width: number, channels: number];
  readonly classNames: readonly string[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Training, validation and test images one after the other, row-major. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** As they came, before regimes. */
  readonly labels: readonly [
    train: Int32Array<ArrayBuffer>,
    validation: Int32Array<ArrayBuffer>,
    test: Int32Array<ArrayBuffer>,
  ];
  readonly students: TrainingRows;
  readonly teacher: TrainingRows;
  /** Share of the training images that the students see, and whether the teacher learns from wrong labels. */
  readonly kept: number;
  readonly noisyTeacher: boolean;
  /** Group of each class, in groupings that came with the images; fewer groups first. */
  readonly groups: readonly (readonly number[])[];
  /** Images without labels, where a method of the set-up sees some. */
  readonly pool?: Uint8Array<ArrayBuffer>;
  /** What was imported with the training images, the classes and the pool: row-major, NaN where nothing was. */
  readonly numbers?: {
    readonly width: number;
    readonly rows: Float32Array<ArrayBuffer>;
    readonly classes: Float32Array<ArrayBuffer>;
    readonly pool: Float32Array<ArrayBuffer>;
  };
  /** What else is known of the training images: whole numbers by name, -1 for no value. */
  readonly attributes?: Readonly<Record<string, Int32Array<ArrayBuffer>>>;
  /** Tasks beside the class: labels of the images that students see, and of the pool; -1 for none. */
  readonly tasks: readonly {
    readonly name: string;
    readonly classes: number;
    readonly labels: Int32Array<ArrayBuffer>;
    readonly pool?: Int32Array<ArrayBuffer>;
  }[];
}
