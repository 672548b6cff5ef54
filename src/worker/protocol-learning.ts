/** What a run tells of its learners: who they are, their curves, measurements and pictures. Types only. */

/** One network that is trained and drawn: the teacher, or one student with one seed. */
export interface Learner {
  /** `teacher`, or `<student key>/<seed>`. */
  readonly id: string;
  /** Student key, or `teacher`. */
  readonly key: string;
  readonly seed: number;
  readonly label: string;
  readonly method: string;
  readonly model: string;
  /** As built; see `Evaluation.parameters`. */
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Term keys in the order of `Points.data` columns, with their labels. */
  readonly terms: readonly { readonly key: string; readonly label: string }[];
  readonly steps: number;
  /** Teachers that it trains for itself. Absent: none. */
  readonly teachers?: readonly { readonly name: string; readonly parameters: number }[];
  /** Where they are not the classes of the data set. */
  readonly classNames?: readonly string[];
}

export type PhaseName = 'data' | 'warm-up' | 'scores' | 'teacher' | 'students' | 'test' | 'done';

/** Training curves of one learner since the last message. */
export interface Points {
  readonly learner: string;
  readonly rows: number;
  /**
   * Row-major `[rows, 3 + terms]`: step (1-based, of this learner), total loss, batch accuracy of the first
   * student, then every term.
   */
  readonly data: Float32Array<ArrayBuffer>;
}

export interface ReliabilityBins {
  /** Per equal-width bin of the top probability: rows, mean confidence, accuracy. */
  readonly count: readonly number[];
  readonly confidence: readonly number[];
  readonly accuracy: readonly number[];
}

/** A learner's answers divided by one temperature. */
export interface Scaled {
  readonly temperature: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly reliability: ReliabilityBins;
  readonly classErrors?: readonly number[];
}

/** A learner measured on a whole split. */
export interface Evaluation {
  readonly learner: string;
  readonly split: 'train' | 'validation' | 'test';
  readonly step: number;
  readonly epoch: number;
  /** Parameters that are left, where the network has removed some since it was built. */
  readonly parameters?: number;
  /** By metric id; absent when it cannot be computed. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly reliability: ReliabilityBins;
  /** Calibration error of every class's probability; absent when it cannot be computed. */
  readonly classErrors?: readonly number[];
  /** Row-major `[classes, classes]`: true class by predicted class. */
  readonly confusion: Int32Array<ArrayBuffer>;
  /** After one temperature, fitted on the validation images; only with the final test. */
  readonly scaled?: Scaled;
}

export type LearnerState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'training' }
  | { readonly kind: 'finished' }
  /** Non-finite numbers: the term that blew up first and its last finite value. */
  | { readonly kind: 'diverged'; readonly step: number; readonly term: string; readonly lastFinite: number }
  | { readonly kind: 'failed'; readonly message: string };

/** A method's own pictures: tensors by panel key; those of its network by `network/` and the key. */
export interface Probe {
  readonly learner: string;
  readonly step: number;
  readonly panels: readonly {
    readonly key: string;
    readonly shape: readonly number[];
    readonly data: Float32Array<ArrayBuffer>;
  }[];
}
