/** From the records of single runs to the table of one data set. Pure. */
import type { DatasetReport } from '../protocol';
import { BASELINE, type Claim, claimsOf } from './claims';
import { type BySeed, paired, type Spread, spread, type Verdict, verdict } from './statistics';

/** The part of a run's summary.json that is read here. */
export interface RunRecord {
  readonly failure: string;
  readonly backend: string;
  readonly device: { readonly name: string; readonly software: boolean };
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly dataset: DatasetReport | null;
  readonly learners: readonly LearnerRecord[];
}

export interface LearnerRecord {
  readonly key: string;
  readonly seed: number;
  readonly label: string;
  readonly method: string;
  readonly model: string;
  readonly parameters: number;
  readonly state: { readonly kind: string };
  readonly millisecondsPerStep: number | null;
  readonly splits: Readonly<Record<string, { readonly metrics: Readonly<Record<string, number>> }>>;
}

export interface Judged extends Claim {
  /** Of `metric` with the method less `metric` with `against`, seed by seed. */
  readonly difference?: Spread;
  readonly verdict: Verdict;
}

export interface Row {
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
  /** Accuracy less that of labels-only with the same seed. */
  readonly gain?: Spread;
  readonly claims: readonly Judged[];
}

export interface Section {
  readonly dataset: {
    readonly name: string;
    readonly classes: number;
    readonly shape: string;
    readonly train: number;
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

export const METRICS = ['accuracy', 'nll', 'ece', 'agreement'] as const;
/** Beside the metrics: measured by the trainer, not on the test split. */
export const MILLISECONDS = 'millisecondsPerStep';

const measured = (learner: LearnerRecord, metric: string): number | undefined =>
  (metric === MILLISECONDS ? learner.millisecondsPerStep : learner.splits['test']?.metrics[metric]) ??
  undefined;

/** One learner per seed: the first record of a seed counts, as further chunks train the same teacher again. */
function valuesOf(learners: readonly LearnerRecord[]): Record<string, BySeed> {
  return Object.fromEntries(
    [...METRICS, MILLISECONDS].flatMap((metric) => {
      const found = [...learners].reverse().flatMap((learner) => {
        const value = measured(learner, metric);
        return value === undefined ? [] : [[String(learner.seed), value] as const];
      });
      return found.length > 0 ? [[metric, Object.fromEntries(found)]] : [];
    }),
  );
}

function rowOf(id: string, learners: readonly LearnerRecord[], all: Map<string, LearnerRecord[]>): Row {
  const finished = (list: readonly LearnerRecord[]) => list.filter((l) => l.state.kind === 'finished');
  const values = valuesOf(finished(learners));
  const other = (method: string) => valuesOf(finished(all.get(method) ?? []));
  const compare = (metric: string, against: string): number[] =>
    paired(values[metric] ?? {}, other(against)[metric] ?? {});
  const gain = id === BASELINE ? undefined : spread(compare('accuracy', BASELINE));
  const first = learners[0]!;
  const seeds = new Set(learners.map((l) => l.seed));
  const n = new Set(finished(learners).map((l) => l.seed)).size;
  return {
    id,
    name: first.label,
    model: first.model,
    parameters: first.parameters,
    n,
    diverged: seeds.size - n,
    values,
    metrics: Object.fromEntries(
      Object.entries(values).map(([metric, bySeed]) => [metric, spread(Object.values(bySeed))!]),
    ),
    ...(gain ? { gain } : {}),
    claims: (id === 'teacher' ? [] : claimsOf(id)).map((claim) => {
      const differences = compare(claim.metric, claim.against);
      const difference = spread(differences);
      return { ...claim, ...(difference ? { difference } : {}), verdict: verdict(differences, claim.better) };
    }),
  };
}

function grouped<T, K>(list: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Whether all teachers of a seed measured exactly alike; undefined when no seed has two. */
export function sameTeachers(teachers: readonly LearnerRecord[]): boolean | undefined {
  const bySeed = grouped(teachers, (t) => t.seed);
  const repeated = [...bySeed.values()].filter((list) => list.length > 1);
  if (repeated.length === 0) return undefined;
  const text = (t: LearnerRecord) => JSON.stringify(t.splits['test']?.metrics);
  return repeated.every((list) => list.every((t) => text(t) === text(list[0]!)));
}

const byAccuracy = (a: Row, b: Row): number =>
  (b.metrics['accuracy']?.mean ?? -1) - (a.metrics['accuracy']?.mean ?? -1) || (a.id < b.id ? -1 : 1);

export interface MadeRun {
  readonly record: RunRecord;
  readonly commit: string;
}

/** Undefined while no run has succeeded. */
export function sectionOf(
  runs: readonly MadeRun[],
  about: Pick<Section, 'command' | 'config' | 'budget' | 'failures'>,
): Section | undefined {
  const good = runs.filter(({ record }) => record.failure === '' && record.dataset !== null);
  const first = good[0]?.record;
  if (!first?.dataset) return undefined;
  const { name, classNames, shape, counts } = first.dataset;
  const learners = good.flatMap(({ record }) => record.learners);
  const teachers = learners.filter((l) => l.key === 'teacher');
  const students = grouped(
    learners.filter((l) => l.key !== 'teacher'),
    (l) => l.method,
  );
  const same = sameTeachers(teachers);
  return {
    dataset: {
      name,
      classes: classNames.length,
      shape: `${shape.height} x ${shape.width} x ${shape.channels}`,
      ...{ train: counts.train, validation: counts.validation, test: counts.test },
    },
    ...about,
    backend: `${first.backend} on ${first.device.name || 'an unnamed adapter'}${first.device.software ? ' (software)' : ''}`,
    commits: [...new Set(good.map(({ commit }) => commit))],
    versions: first.versions,
    minutes: Math.round(good.reduce((sum, { record }) => sum + record.seconds, 0) / 6) / 10,
    ...(same === undefined ? {} : { sameTeacher: same }),
    teacher: rowOf('teacher', teachers, students),
    rows: [...students].map(([id, list]) => rowOf(id, list, students)).sort(byAccuracy),
  };
}
