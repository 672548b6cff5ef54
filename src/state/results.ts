/** The result table: one row per learner key, numbers put together over seeds. Pure. */
import type { Config, StudentConfig } from '../core/config';
import type { Evaluation, Learner, LearnerState } from '../worker/protocol';
import { type Stat, stat } from './aggregate';

export interface ResultRow {
  readonly key: string;
  readonly label: string;
  /** Those that are left. */
  readonly parameters: number;
  /** As built, where the network has removed some since. */
  readonly parametersBuilt: number | undefined;
  /** Teachers that it trains for itself. */
  readonly teachers: NonNullable<Learner['teachers']>;
  /** Values of the shown split, by metric id. */
  readonly metrics: Readonly<Record<string, Stat>>;
  /** Accuracy minus that of the labels-only twin, paired by seed. */
  readonly gain: Stat | undefined;
  /** Accuracy as a share of the teacher's. */
  readonly kept: Stat | undefined;
  /** Milliseconds per step, sum over seeds of this learner. */
  readonly milliseconds: number | undefined;
  readonly states: readonly LearnerState[];
}

export interface ResultInput {
  readonly config: Config;
  readonly learners: readonly Learner[];
  readonly labels: ReadonlyMap<string, string>;
  /** The evaluation to show, by learner id. */
  readonly shown: ReadonlyMap<string, Evaluation>;
  readonly states: ReadonlyMap<string, LearnerState>;
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** The labels-only student a student is compared with: the one with the same network, else the first. */
export function twinOf(student: StudentConfig, students: readonly StudentConfig[]): string | undefined {
  const baselines = students.filter((s) => s.method.id === 'labels-only');
  const same = baselines.find((s) => JSON.stringify(s.model) === JSON.stringify(student.model));
  return (same ?? baselines[0])?.key;
}

const accuracy = (e: Evaluation | undefined): number | undefined => e?.metrics['accuracy'];

function metricStats(evaluations: readonly (Evaluation | undefined)[]): Record<string, Stat> {
  const ids = new Set(evaluations.flatMap((e) => Object.keys(e?.metrics ?? {})));
  const out: Record<string, Stat> = {};
  for (const id of ids) {
    const s = stat(evaluations.map((e) => e?.metrics[id]));
    if (s) out[id] = s;
  }
  return out;
}

function pairedGain(input: ResultInput, student: StudentConfig, own: readonly Learner[]): Stat | undefined {
  const twin = twinOf(student, input.config.students);
  if (twin === undefined || twin === student.key) return undefined;
  return stat(
    own.map((learner) => {
      const mine = accuracy(input.shown.get(learner.id));
      const base = accuracy(input.shown.get(`${twin}/${learner.seed}`));
      return mine === undefined || base === undefined ? undefined : mine - base;
    }),
  );
}

function sizes(own: readonly Learner[], evaluations: readonly (Evaluation | undefined)[]) {
  const built = own[0]?.parameters ?? 0;
  // Seeds may be left with networks of different sizes.
  const left = stat(evaluations.map((e) => (e ? (e.parameters ?? built) : undefined)));
  const parameters = left ? Math.round(left.mean) : built;
  return { parameters, parametersBuilt: parameters === built ? undefined : built };
}

const sameClasses = (a: Learner | undefined, b: Learner | undefined): boolean =>
  a?.classNames?.join('\n') === b?.classNames?.join('\n');

/** Whether the teacher of a run knows other classes than its students, so that they cannot be compared. */
export function otherClasses(learners: readonly Learner[]): boolean {
  const teacher = learners.find(({ key }) => key === 'teacher');
  return teacher !== undefined && learners.some((learner) => !sameClasses(teacher, learner));
}

/** Keys of the learners that know the same classes as that of `key`, as one text. */
export function comparable(learners: readonly Learner[], key: string): string {
  const own = learners.find((learner) => learner.key === key);
  const keys = learners.filter((learner) => sameClasses(own, learner)).map((learner) => learner.key);
  return JSON.stringify([...new Set(keys)]);
}

/** What the teacher is called beside the students. */
export const teacherLabel = (learners: readonly Learner[]): string =>
  otherClasses(learners) ? 'Teacher (other classes)' : 'Teacher';

/** The teacher's row, then one row per student in the order of the set-up. */
export function resultRows(input: ResultInput): readonly ResultRow[] {
  const teacher = otherClasses(input.learners) ? undefined : accuracy(input.shown.get('teacher'));
  const keys = [...new Set(input.learners.map((l) => l.key))];
  return keys.map((key) => {
    const own = input.learners.filter((l) => l.key === key);
    const evaluations = own.map((l) => input.shown.get(l.id));
    const student = input.config.students.find((s) => s.key === key);
    const costs = own.map((l) => input.milliseconds[l.id]).filter((v) => v !== undefined);
    return {
      key,
      label:
        key === 'teacher' ? teacherLabel(input.learners) : (input.labels.get(key) ?? own[0]?.label ?? key),
      ...sizes(own, evaluations),
      teachers: own[0]?.teachers ?? [],
      metrics: metricStats(evaluations),
      gain: student && pairedGain(input, student, own),
      kept:
        student && teacher
          ? stat(evaluations.map((e) => (accuracy(e) === undefined ? undefined : accuracy(e)! / teacher)))
          : undefined,
      milliseconds: costs.length ? costs.reduce((a, b) => a + b, 0) : undefined,
      states: own.map((l) => input.states.get(l.id) ?? { kind: 'waiting' }),
    };
  });
}

/** Key of the best student per column; teacher excluded, ties give none. */
export function bestKey(
  rows: readonly ResultRow[],
  value: (row: ResultRow) => number | undefined,
  better: 'higher' | 'lower',
): string | undefined {
  const scored = rows
    .filter((r) => r.key !== 'teacher')
    .flatMap((r) => {
      const v = value(r);
      return v === undefined ? [] : [{ key: r.key, v: better === 'higher' ? v : -v }];
    })
    .sort((a, b) => b.v - a.v);
  const [first, second] = scored;
  if (!first || !second || first.v === second.v) return undefined;
  return first.key;
}
