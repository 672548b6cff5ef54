/**
 * The contract of a trial: one method in the set-up that its paper's claim is about, beside fair comparisons. One file
 * in this folder, named by the method; `npm run results -- --trial ID` trains it.
 */
import type { Claim, NumberColumn } from '../../../share/results';

/** A student of the trial. */
export interface TrialRow {
  readonly method: string;
  /** As the table names it; the method's own name when absent. */
  readonly name?: string;
  /** What differs from the method's defaults. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** Where a number is found: an entry of one of the method's pictures. */
export interface TrialNumber extends NumberColumn {
  /** Key of a panel on the method's card. */
  readonly panel: string;
  /** Place in the picture, one number for each of its dimensions. */
  readonly at: readonly number[];
  /** Factor to the stored number, as 0.01 for percents; default 1. */
  readonly times?: number;
  /** The last picture counts, or the mean of those of all epochs. Default: the last. */
  readonly over?: 'last' | 'epochs';
}

export interface Trial {
  /** Id of the method: the file name. */
  readonly id: string;
  /** What it asks, in one sentence. */
  readonly question: string;
  /** The set-up as `npm run results` takes it: data, regimes, further sets, networks and budget. */
  readonly options: readonly string[];
  /** Further options, by name, that make several set-ups of one trial. */
  readonly settings?: Readonly<Record<string, readonly string[]>>;
  /** By id, distinct in their first 20 letters; the method itself has its own id. */
  readonly rows: Readonly<Record<string, TrialRow>>;
  /** Row that gains are counted from. */
  readonly baseline: string;
  readonly numbers?: Readonly<Record<string, TrialNumber>>;
  /** By row. */
  readonly claims: Readonly<Record<string, readonly Claim[]>>;
}

export const defineTrial = (trial: Trial): Trial => trial;

/** Claims that `rows` are more accurate, `row` by `row`. */
export const accuracyOver = (...against: readonly string[]): Claim[] =>
  against.map((row) => ({ metric: 'accuracy', better: 'higher', against: row }));
