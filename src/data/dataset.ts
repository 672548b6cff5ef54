/** A labelled image set in memory: 8 bit pixels, one size, three splits. No tensors here. */

import type { ClassEdits } from '../core/class-edits';
import type { ClassGroups } from '../core/class-groups';
import type { LabelTask } from '../core/label-tasks';

/** `[height, width, channels]` of every image. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

export interface Split {
  /** Row-major `[count, height, width, channels]`. */
  readonly pixels: Uint8Array;
  /** Class of each image. */
  readonly labels: Int32Array;
  readonly count: number;
}

export type SplitName = 'train' | 'validation' | 'test';

/** Images without labels that came with a set: for methods that learn from such, never measured on. */
export interface Pool {
  /** The folder they came in. */
  readonly name: string;
  /** Row-major `[count, height, width, channels]`, as those of the splits. */
  readonly pixels: Uint8Array;
  readonly count: number;
  /** Tasks beside the class, per image: those that lost their class keep other labels. Absent: none. */
  readonly tasks?: readonly LabelTask[];
  /** As `ImageNumbers.rows`, of these images. */
  readonly numbers?: Float32Array;
}

/** Numbers about each image from elsewhere, such as a larger model's logits. */
export interface ImageNumbers {
  /** The file they came in. */
  readonly name: string;
  /** How many there are for an image. */
  readonly width: number;
  /** Row-major `[training images, width]`; NaN for an image without. */
  readonly rows: Float32Array;
  /** The same for each class, `[classes, width]`. */
  readonly classes: Float32Array;
}

/** Another way to label the images: a column of the table, a property of generated scenes. */
export interface Labelling {
  readonly name: string;
  readonly classNames: readonly string[];
  /** Class of each row by split; -1 where there is none. */
  readonly values: Readonly<Record<SplitName, Int32Array>>;
}

export interface Dataset {
  readonly name: string;
  readonly shape: ImageShape;
  readonly classNames: readonly string[];
  readonly splits: Readonly<Record<SplitName, Split>>;
  /** Mean and standard deviation per channel of the training split, in 0..255 units. */
  readonly statistics: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Hash of pixels, labels and names; the same data gives the same text everywhere. */
  readonly fingerprint: string;
  /** Extra labels per training row kept for later tasks: of generated scenes, or label columns (-1: no value). */
  readonly attributes?: Readonly<Record<string, Int32Array>>;
  /** Tasks beside the class, per training row; what `tasksOf` makes of the attributes where nothing is said. */
  readonly tasks?: readonly LabelTask[];
  /** How its label columns group the classes, where every class lies in one group; fewer groups first. */
  readonly groups?: readonly ClassGroups[];
  /** 1 for training rows that a regime gave a wrong label, 0 for the others; absent where there are none. */
  readonly relabelled?: Uint8Array;
  /** The other ways to label the images, of every split. */
  readonly labellings?: readonly Labelling[];
  /** Row of each image in the data set these are part of, by split; absent where they are all of it. */
  readonly origin?: Readonly<Record<SplitName, Int32Array>>;
  readonly pool?: Pool;
  readonly numbers?: ImageNumbers;
}

/** What a look at all images found. "Equal" is pixel for pixel, at the size used. */
export interface Findings {
  /** Images without and with colour, as they came. */
  readonly channels: { readonly grey: number; readonly colour: number };
  /** Images per class of each split. */
  readonly perSplit: Readonly<Record<SplitName, readonly number[]>>;
  /** Images equal to an earlier one, and of these the ones of another class. */
  readonly duplicates: { readonly images: number; readonly otherClass: number };
  /** Images of a split that are also in an earlier one. */
  readonly leaks: { readonly validation: number; readonly test: number };
}

/** The images as the files give them, before classes were edited; classes are those of the chosen column. */
export interface SourceClasses {
  /** What the class is called at the source. */
  readonly labelName: string;
  readonly classNames: readonly string[];
  readonly perClass: readonly number[];
  /** The other columns that could be the class. */
  readonly columns: readonly { readonly name: string; readonly classes: number }[];
}

/** What the page shows about a data set. */
export interface DatasetSummary {
  readonly name: string;
  /** Of the images before `edits`: what a link asks for. */
  readonly fingerprint: string;
  readonly source: SourceClasses;
  readonly edits?: ClassEdits;
  readonly findings: Findings;
  readonly shape: ImageShape;
  readonly classNames: readonly string[];
  /** As the data set has them; absent where there are none. */
  readonly groups?: readonly ClassGroups[];
  readonly counts: Readonly<Record<SplitName, number>>;
  /** Images without labels; `heldOut` of them are equal to one of validation or test. */
  readonly pool?: { readonly name: string; readonly count: number; readonly heldOut: number };
  /** Images per class over all splits. */
  readonly perClass: readonly number[];
  /** Sizes found before resizing, most frequent first, as `48x64` with a count. */
  readonly sizes: readonly { readonly size: string; readonly count: number }[];
  readonly skipped: readonly Skipped[];
  readonly warnings: readonly string[];
  /** A few images per class for the preview: RGBA, `thumbnail` pixels square, row-major. */
  readonly thumbnails: readonly { readonly label: number; readonly rgba: Uint8ClampedArray<ArrayBuffer> }[];
  readonly thumbnailSize: number;
  readonly milliseconds: number;
}

/** What regimes made of the training images. Counts are images per class. */
export interface RegimeReport {
  /** Ids, in the order they took effect. */
  readonly regimes: readonly string[];
  readonly classNames: readonly string[];
  readonly before: readonly number[];
  /** By the labels the students see. Undefined in a preview where it hangs on scores. */
  readonly after: readonly number[] | undefined;
  /** Images the students and the teacher see. */
  readonly students: number;
  readonly teacher: number;
  /** Training images that lost their labels and went to the pool. */
  readonly pooled: number;
  /** Where the teacher learns other classes than the students; of a saved teacher only those of the students. */
  readonly spaces?: { readonly teacher?: SpaceReport; readonly students: SpaceReport };
  /** What a regime draws from another data set; undefined where none does. */
  readonly drawn:
    | {
        readonly name: string;
        /** Images without labels. */
        readonly pool: number;
        /** Its images that learners are measured on; undefined where these are the first set's. */
        readonly tests: { readonly validation: number; readonly test: number } | undefined;
        /** Students see nothing else. */
        readonly only: boolean;
      }
    | undefined;
  /** Shares of labels a regime made wrong; undefined when none did. */
  readonly wrong:
    | {
        readonly before: number /** Undefined in a preview where it hangs on scores. */;
        readonly students: number | undefined;
        readonly teacher: number;
      }
    | undefined;
  /** What finding the scores took; undefined without scores, and in a preview. */
  readonly cost: { readonly milliseconds: number; readonly steps: number } | undefined;
  /** A few images from each side of the last regime's choice. Undefined in a preview. */
  readonly pictures: RegimePictures | undefined;
}

/** The classes one side of a run learns, and the images they leave it. */
export interface SpaceReport {
  readonly classNames: readonly string[];
  readonly counts: Readonly<Record<SplitName, number>>;
}

export interface RegimePictures {
  /** Side of every picture; RGBA, row-major. */
  readonly size: number;
  readonly kept: readonly RegimePicture[];
  readonly dropped: readonly RegimePicture[];
}

export interface RegimePicture {
  readonly label: number;
  /** Whether a regime made the label wrong. */
  readonly wrong: boolean;
  /** How hard the regime's score calls it; undefined without scores. */
  readonly score?: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** One file or row that was left out, with a reason code and a sentence. */
export interface Skipped {
  readonly name: string;
  readonly code: ReasonCode;
  readonly message: string;
}

/** Why an input, or a part of it, is refused. */
export type ReasonCode =
  | 'TRUNCATED'
  | 'BAD_MAGIC'
  | 'BAD_CRC'
  | 'CORRUPT'
  | 'UNSUPPORTED_TYPE'
  | 'UNSUPPORTED_COMPRESSION'
  | 'ENCRYPTED'
  | 'UNSAFE_PATH'
  | 'SYMLINK'
  | 'BOMB'
  | 'OVERLAP'
  | 'SIZE_LIE'
  | 'NESTED_ARCHIVE'
  | 'TOO_MANY'
  | 'DIMENSIONS'
  | 'WRONG_ENDIAN'
  | 'COUNT_MISMATCH'
  | 'NO_LABELS'
  | 'NO_IMAGES'
  | 'ONE_CLASS'
  | 'EMPTY'
  | 'LABEL_RANGE'
  | 'LABEL_MISSING'
  | 'FILE_MISSING'
  | 'OBJECT_DTYPE'
  | 'UNSUPPORTED_DTYPE'
  | 'BAD_HEADER'
  | 'BAD_SHAPE'
  | 'NOT_FINITE'
  | 'DUPLICATE'
  | 'UNKNOWN_KEYS'
  | 'NOT_A_DATASET'
  | 'CANCELLED';

/** A refusal: nothing is loaded. The message names the file and the fix. */
export class ImportError extends Error {
  readonly code: ReasonCode;

  constructor(code: ReasonCode, message: string) {
    super(message);
    this.name = 'ImportError';
    this.code = code;
  }
}
