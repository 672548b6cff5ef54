/** From the records of single runs to the table of one data set. Pure. */
import { type BySeed, paired, spread, verdict } from '../../core/statistics';
import { BASELINE, MILLISECONDS, type Row, type Section } from '../../share/results';
import type { DatasetReport } from '../../state/dataset-report';
import { claimsOf } from './claims';

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
}

export const METRICS = ['accuracy', 'nll', 'ece', 'agreement'] as const;

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

function rowOf(id: string, learners: readonly LearnerRecord[]): Row {
  const finished = learners.filter((l) => l.state.kind === 'finished');
  const values = valuesOf(finished);
  const first = learners[0]!;
  const n = new Set(finished.map((l) => l.seed)).size;
  return {
    id,
    name: first.label,
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
export function judged(rows: readonly Row[]): Row[] {
  const all = new Map(rows.map(({ id, values }) => [id, values]));
  return rows
    .map(({ gain: _, ...row }) => {
      const compare = (metric: string, against: string): number[] =>
        paired(row.values[metric] ?? {}, all.get(against)?.[metric] ?? {});
      const gain = row.id === BASELINE ? undefined : spread(compare('accuracy', BASELINE));
      const claims = claimsOf(row.id).map((claim) => {
        const differences = compare(claim.metric, claim.against);
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
  about: Pick<Section, 'command' | 'config' | 'budget' | 'failures' | 'regime'>,
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
      name: about.regime === undefined ? name : `${name}, ${about.regime}`,
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
    rows: judged([...students].map(([id, list]) => rowOf(id, list))),
  };
}
