/** From the records of single runs to the table of one data set. Pure. */
import { type BySeed, paired, spread, verdict } from '../../core/statistics';
import { BASELINE, MILLISECONDS, type Row, type Section, type TrialAbout } from '../../share/results';
import type { DatasetReport } from '../../state/dataset-report';
import type { Pictures } from '../pictures';
import { aboutTrial, type Chosen, claimsIn, rowOfKey } from './trial';
import type { Trial, TrialNumber } from './trials/kit';

/** The part of a run's summary.json that is read here. */
export interface RunRecord {
  readonly failure: string;
  readonly backend: string;
  readonly device: { readonly name: string; readonly software: boolean };
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly dataset: DatasetReport | null;
  readonly regimes?: { readonly students: number } | null;
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
  readonly pictures?: Pictures;
}

export const METRICS = ['accuracy', 'nll', 'ece', 'agreement'] as const;

const measured = (learner: LearnerRecord, metric: string): number | undefined =>
  (metric === MILLISECONDS ? learner.millisecondsPerStep : learner.splits['test']?.metrics[metric]) ??
  undefined;

/** A number of a method's own; undefined where the picture was never made or has another shape. */
export function pictured(learner: LearnerRecord, { panel, at, times = 1, over = 'last' }: TrialNumber) {
  const found = learner.pictures?.[panel];
  const values = over === 'last' ? found?.last : found?.mean;
  if (!found || !values || found.shape.length !== at.length) return undefined;
  if (at.some((place, axis) => place >= found.shape[axis]!)) return undefined;
  const value = values[at.reduce((sum, place, axis) => sum * found.shape[axis]! + place, 0)];
  return value === undefined || !Number.isFinite(value) ? undefined : value * times;
}

/** One learner per seed: the first record of a seed counts, as further chunks train the same teacher again. */
function valuesOf(learners: readonly LearnerRecord[], trial?: Trial): Record<string, BySeed> {
  const readers: (readonly [string, (learner: LearnerRecord) => number | undefined])[] = [
    ...[...METRICS, MILLISECONDS].map(
      (metric) => [metric, (learner: LearnerRecord) => measured(learner, metric)] as const,
    ),
    ...Object.entries(trial?.numbers ?? {}).map(
      ([key, number]) => [key, (learner: LearnerRecord) => pictured(learner, number)] as const,
    ),
  ];
  return Object.fromEntries(
    readers.flatMap(([metric, read]) => {
      const found = [...learners].reverse().flatMap((learner) => {
        const value = read(learner);
        return value === undefined ? [] : [[String(learner.seed), value] as const];
      });
      return found.length > 0 ? [[metric, Object.fromEntries(found)]] : [];
    }),
  );
}

function rowOf(id: string, learners: readonly LearnerRecord[], trial?: Trial): Row {
  const finished = learners.filter((l) => l.state.kind === 'finished');
  const values = valuesOf(finished, trial);
  const first = learners[0]!;
  const n = new Set(finished.map((l) => l.seed)).size;
  return {
    id,
    name: trial?.rows[id]?.name ?? first.label,
    model: first.model,
    parameters: first.parameters,
    n,
    diverged: new Set(learners.map((l) => l.seed)).size - n,
    ...numbersOf(values),
    claims: [],
  };
}

/** Values by metric and seed, and their spreads. */
export const numbersOf = (values: Row['values']): Pick<Row, 'values' | 'metrics'> => ({
  values,
  metrics: Object.fromEntries(
    Object.entries(values).map(([metric, bySeed]) => [metric, spread(Object.values(bySeed))!]),
  ),
});

/** Gains and claims of students that were measured on the same data, most accurate first. */
export function judged(rows: readonly Row[], trial?: TrialAbout): Row[] {
  const all = new Map(rows.map(({ id, values }) => [id, values]));
  const baseline = trial?.baseline ?? BASELINE;
  return rows
    .map(({ gain: _, ...row }) => {
      const compare = (metric: string, against: string, than = metric): number[] =>
        paired(row.values[metric] ?? {}, all.get(against)?.[than] ?? {});
      const gain = row.id === baseline ? undefined : spread(compare('accuracy', baseline));
      const claims = claimsIn(trial, row.id).map((claim) => {
        const differences = compare(claim.metric, claim.against, claim.than);
        const difference = spread(differences);
        return {
          ...claim,
          ...(difference ? { difference } : {}),
          verdict: verdict(differences, claim.better),
        };
      });
      return { ...row, ...(gain ? { gain } : {}), claims };
    })
    .sort(byAccuracy);
}

/** Lists by key, in order of their first item. */
export function grouped<T, K>(list: readonly T[], key: (item: T) => K): Map<K, T[]> {
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

/** What the table is called: a trial's has its method in front and its setting behind. */
function titleOf(name: string, regime: string | undefined, trial: TrialAbout | undefined): string {
  const data = regime === undefined ? name : `${name}, ${regime}`;
  if (!trial) return data;
  return `${trial.method}: ${data}${trial.setting === undefined ? '' : `, ${trial.setting}`}`;
}

/** Undefined while no run has succeeded. @param chosen the trial whose rows these are. */
export function sectionOf(
  runs: readonly MadeRun[],
  about: Pick<Section, 'command' | 'config' | 'budget' | 'failures' | 'regime'>,
  chosen?: Chosen,
): Section | undefined {
  const good = runs.filter(({ record }) => record.failure === '' && record.dataset !== null);
  const first = good[0]?.record;
  if (!first?.dataset) return undefined;
  const { name, classNames, shape, counts } = first.dataset;
  const learners = good.flatMap(({ record }) => record.learners);
  const teachers = learners.filter((l) => l.key === 'teacher');
  const students = grouped(
    learners.filter((l) => l.key !== 'teacher'),
    (l) => (chosen ? rowOfKey(chosen.trial, l.key) : l.method),
  );
  const same = sameTeachers(teachers);
  const trial = chosen && aboutTrial(chosen);
  return {
    ...(trial ? { trial } : {}),
    dataset: {
      name: titleOf(name, about.regime, trial),
      classes: classNames.length,
      shape: `${shape.height} x ${shape.width} x ${shape.channels}`,
      ...(first.regimes ? { kept: first.regimes.students } : {}),
      ...{ train: counts.train, validation: counts.validation, test: counts.test },
    },
    ...about,
    backend: `${first.backend} on ${first.device.name || 'an unnamed adapter'}${first.device.software ? ' (software)' : ''}`,
    commits: [...new Set(good.map(({ commit }) => commit))],
    versions: first.versions,
    minutes: Math.round(good.reduce((sum, { record }) => sum + record.seconds, 0) / 6) / 10,
    ...(same === undefined ? {} : { sameTeacher: same }),
    teacher: rowOf('teacher', teachers),
    rows: judged(
      [...students].map(([id, list]) => rowOf(id, list, chosen?.trial)),
      trial,
    ),
  };
}
