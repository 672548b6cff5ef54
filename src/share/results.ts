/**
 * Methods measured on a small, fixed budget: what docs/results.json holds. `npm run results` writes it, the
 * method pages show it.
 */
import { type BySeed, type Spread, spread, type Verdict } from '../core/statistics';

/** The method that gains are counted from. */
export const BASELINE = 'labels-only';

/** Beside the metrics of a row: measured by the trainer, not on the test split. */
export const MILLISECONDS = 'millisecondsPerStep';

export interface Claim {
  /** Id of a metric, or of a number of the trial. */
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  /** Row it is compared with, seed by seed. */
  readonly against: string;
  /** What is read of that row, when it is not the same metric. */
  readonly than?: string;
}

export interface Judged extends Claim {
  /** Of `metric` with the method less `metric`, or `than`, with `against`, seed by seed. */
  readonly difference?: Spread;
  readonly verdict: Verdict;
}

export interface Row {
  /** Id of the method; in a trial a name for the row, which is that of the method for the method itself. */
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly parameters: number;
  /** Seeds whose run came to its end. */
  readonly n: number;
  /** Seeds whose training did not: numbers that were no longer finite. */
  readonly diverged: number;
  readonly values: Readonly<Record<string, BySeed>>;
  readonly metrics: Readonly<Record<string, Spread>>;
  /** Accuracy less that of labels-only, or of the trial's baseline, with the same seed. */
  readonly gain?: Spread;
  readonly claims: readonly Judged[];
}

/** A number that a method's own pictures hold, as a column of its trial. */
export interface NumberColumn {
  readonly name: string;
  /** 'percent' is stored from 0 to 1. */
  readonly format: 'percent' | 'plain';
}

/** One method in the set-up its claim is about, beside fair comparisons. */
export interface TrialAbout {
  readonly method: string;
  readonly question: string;
  /** Which of several set-ups. */
  readonly setting?: string;
  /** Row that gains are counted from. */
  readonly baseline: string;
  readonly numbers: Readonly<Record<string, NumberColumn>>;
}

export interface Section {
  /** Absent in tables of all methods in one set-up. */
  readonly trial?: TrialAbout;
  /** Regimes as the command line takes them; part of the data set's name too. Absent without any. */
  readonly regime?: string;
  readonly dataset: {
    readonly name: string;
    readonly classes: number;
    readonly shape: string;
    readonly train: number;
    /** Of these, what the students see; absent when it is all. */
    readonly kept?: number;
    readonly validation: number;
    readonly test: number;
  };
  readonly command: string;
  /** What the set-up changes in the ready one, without its students and seeds. */
  readonly config: unknown;
  readonly budget: Budget;
  readonly backend: string;
  readonly commits: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly minutes: number;
  /** Runs of one seed and another chunk of methods trained bit-identical teachers; absent with one chunk. */
  readonly sameTeacher?: boolean;
  readonly failures: readonly string[];
  readonly teacher: Row;
  /** Most accurate first. */
  readonly rows: readonly Row[];
}

export interface Budget {
  readonly epochs: number;
  readonly teacherEpochs: number;
  readonly batchSize: number;
  readonly optimizer: string;
  readonly rate: number;
}

/** One axis of a grid: a parameter and its values as the command line takes them. */
export interface GridAxis {
  readonly key: string;
  readonly values: readonly string[];
}

/** Accuracy of one method at values of a parameter of its own, on images under values of a regime's. */
export interface Grid {
  readonly method: string;
  readonly dataset: string;
  readonly regime: string;
  /** Of the method, and of the regime. */
  readonly columns: GridAxis;
  readonly rows: GridAxis;
  /** By row and column; without a seed where it is not measured. */
  readonly cells: readonly (readonly BySeed[])[];
  readonly command: string;
  readonly backend: string;
  readonly commits: readonly string[];
}

/** Column with the highest mean of each row of a grid; undefined where nothing is measured. */
export const bestColumns = ({ cells }: Grid): (number | undefined)[] =>
  cells.map((row) => {
    const means = row.map((cell) => spread(Object.values(cell))?.mean ?? Number.NEGATIVE_INFINITY);
    const high = Math.max(...means);
    return high > Number.NEGATIVE_INFINITY ? means.indexOf(high) : undefined;
  });

export interface Results {
  readonly version: 1;
  readonly sections: readonly Section[];
  readonly grids?: readonly Grid[];
}
