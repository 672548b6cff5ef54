/** Kept runs side by side: the learners as rows, the settings that differ as columns, differences paired by seed. Pure. */
import type { Config, StudentConfig } from '../core/config';
import { type BySeed, paired } from '../core/statistics';
import { interval, type Stat, stat } from './aggregate';
import type { KeptLearner, KeptRun } from './history-db';

export interface ComparedRow {
  /** `<run key>/<student key>`. */
  readonly id: string;
  readonly run: KeptRun;
  readonly label: string;
  readonly learners: readonly KeptLearner[];
  /** Settings by dotted path. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Settings that name a run or only order it, and so explain no difference. */
const NOT_SETTINGS = new Set(['name', 'version', 'students', 'seeds', 'key', 'hidden']);

function flatten(value: unknown, path: string, out: Record<string, string>): void {
  if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value))
      if (path !== '' || !NOT_SETTINGS.has(key)) flatten(inner, path ? `${path}.${key}` : key, out);
  } else out[path] = String(value);
}

/** Everything that may explain a student's numbers, by dotted path: `method.params.temperature`, `training.epochs`. */
export function settingsOf(config: Config, student: StudentConfig): Record<string, string> {
  const out: Record<string, string> = {};
  flatten(config, '', out);
  for (const part of ['method', 'model', 'optimizer'] as const)
    flatten(student[part], `student.${part}`, out);
  return out;
}

/** One row per student of the runs. `labelOf` names a student of a run. */
export function rowsOfRuns(
  runs: readonly KeptRun[],
  labelOf: (run: KeptRun, student: StudentConfig) => string,
): ComparedRow[] {
  return runs.flatMap((run) =>
    run.config.students.map((student) => ({
      id: `${run.key}/${student.key}`,
      run,
      label: labelOf(run, student),
      learners: run.learners.filter(({ learner }) => learner.key === student.key),
      settings: settingsOf(run.config, student),
    })),
  );
}

/** Paths whose values are not the same in every row, in the order of the first row that has them. */
export function differing(rows: readonly ComparedRow[]): string[] {
  const paths = [...new Set(rows.flatMap(({ settings }) => Object.keys(settings)))];
  return paths.filter((path) => new Set(rows.map(({ settings }) => settings[path])).size > 1);
}

/** Mean and spread over seeds on the final test images. */
export const testStat = (row: ComparedRow, metric: string): Stat | undefined =>
  stat(row.learners.map(({ test }) => test[metric]));

const bySeed = (row: ComparedRow, metric: string): BySeed =>
  Object.fromEntries(
    row.learners.flatMap(({ learner, test }) => {
      const value = test[metric];
      return value === undefined ? [] : [[learner.seed, value] as const];
    }),
  );

export interface PairedDifference {
  readonly stat: Stat;
  /** 95 % confidence interval of the mean by Student's t; undefined for one seed. */
  readonly interval: readonly [number, number] | undefined;
  readonly conclusive: boolean;
}

/**
 * Row less reference, seed by seed; undefined when they share no seed or were measured on different images.
 * Runs on the same data and split are comparable; seeds decide starting weights, so equal seeds are pairs.
 */
export function pairedWith(
  row: ComparedRow,
  reference: ComparedRow,
  metric: string,
): PairedDifference | undefined {
  if (row.run.data.fingerprint !== reference.run.data.fingerprint) return undefined;
  const found = stat(paired(bySeed(row, metric), bySeed(reference, metric)));
  if (!found) return undefined;
  const range = interval(found);
  return { stat: found, interval: range, conclusive: range !== undefined && (range[0] > 0 || range[1] < 0) };
}

/** What the comparison with the reference amounts to, in words. */
export function conclusion(
  row: ComparedRow,
  reference: ComparedRow,
  difference: PairedDifference | undefined,
): string {
  if (row.run.data.fingerprint !== reference.run.data.fingerprint) return 'other data: not comparable';
  if (!difference) return 'no seed in common';
  if (!difference.interval) return 'one seed: not conclusive';
  return difference.conclusive ? 'conclusive at 95%' : 'not conclusive';
}
