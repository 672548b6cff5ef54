/** The regimes of a set-up one after the other: which training rows students and teacher see, with which labels. */
import type { Choice } from '../core/config';
import type { LabelTask } from '../core/label-tasks';
import { type AnyRegime, refusalOf, regimes } from './regimes/index';
import type { Budget, ScoreNeed, Surroundings } from './regimes/kit';

/** Training rows, ascending, and the label of each. */
export interface Rows {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
}

/** The training split the regimes start from. */
export interface Source {
  readonly labels: Int32Array;
  readonly classes: number;
  readonly attributes?: Readonly<Record<string, Int32Array>>;
}

export interface Outcome {
  readonly students: Rows;
  readonly teacher: Rows;
  /** Training rows that lost their labels, ascending. */
  readonly pooled: Int32Array;
  /** What is scored, in front of the regime that asks; undefined when none does. */
  readonly scored: (Rows & { readonly need: ScoreNeed }) | undefined;
  readonly budget: Budget;
  /** Tasks that a regime makes, for every row of the source; undefined when none does. */
  readonly tasks: readonly LabelTask[] | undefined;
  /** Whether the teacher was trained on labels a regime made wrong. */
  readonly noisyTeacher: boolean;
}

const pick = (from: Int32Array, at: Int32Array): Int32Array => at.map((i) => from[i]!);

/** One regime's rows and labels from the ones before it. */
function apply(
  regime: AnyRegime,
  params: Choice['params'],
  before: Rows,
  source: Source,
  seed: number,
  scores: ArrayLike<number> | undefined,
): Rows & { readonly pooled: Int32Array } {
  const attributes = Object.fromEntries(
    Object.entries(source.attributes ?? {}).map(([name, all]) => [name, pick(all, before.rows)]),
  );
  const view = { labels: before.labels, classes: source.classes, attributes, seed };
  const selection = regime.select(scores ? { ...view, scores } : view, params);
  const { kept, labels = before.labels, pooled = new Int32Array() } = selection;
  const after = kept ? { rows: pick(before.rows, kept), labels: pick(labels, kept) } : { ...before, labels };
  if (after.rows.length === 0)
    throw new Error(`${regime.name} leaves no training image. Keep more, or load more images.`);
  const left = new Set(after.rows);
  const moved = pick(before.rows, pooled);
  if (moved.some((row) => left.has(row))) throw new Error(`${regime.name} pools images that it also keeps.`);
  return { ...after, pooled: moved };
}

/**
 * Applies the regimes in order. The teacher sees the rows as they are after the last regime it shares; labels
 * are wrong for it where it shares the regime that made them so.
 * @param scores of the rows in `scored`; without them all are taken as equal, which leaves every count as it is.
 * @throws Error naming the regime that cannot be used, or that leaves nothing.
 */
export function applyRegimes(
  chosen: readonly Choice[],
  source: Source,
  seed: number,
  teacher: Surroundings['teacher'],
  scores?: ArrayLike<number>,
): Outcome {
  const refusal = refusalOf(chosen, teacher);
  if (refusal) throw new Error(refusal);
  const all: Rows = { rows: source.labels.map((_, row) => row), labels: source.labels };
  let students = all;
  const pooled: number[] = [];
  let teacherRows = all.rows;
  let teacherLabels = all.labels;
  let asked: Outcome['scored'];
  let budget: Budget = 'updates';
  let tasks: Outcome['tasks'];
  for (const { id, params } of chosen) {
    const regime = regimes.get(id);
    const need = regime.scores?.(params);
    if (need) asked = { ...students, need };
    const before = students;
    const scored = need && (scores ?? new Float32Array(before.rows.length));
    const { pooled: moved, ...after } = apply(regime, params, before, source, seed, scored);
    students = after;
    pooled.push(...moved);
    const relabelled = students.rows === before.rows;
    const shares = (regime.teacher?.(params) ?? 'same') === 'same';
    if (shares && relabelled) teacherLabels = spread(all.labels, students);
    if (shares && !relabelled) teacherRows = students.rows;
    if (regime.budget?.(params) === 'epochs') budget = 'epochs';
    tasks = regime.tasks?.({ ...source, attributes: source.attributes ?? {}, seed }, params) ?? tasks;
  }
  const teacherView = { rows: teacherRows, labels: pick(teacherLabels, teacherRows) };
  const noisyTeacher = teacherView.rows.some((row, i) => teacherView.labels[i] !== source.labels[row]);
  return {
    students,
    teacher: teacherView,
    pooled: Int32Array.from(pooled).sort(),
    scored: asked,
    budget,
    tasks,
    noisyTeacher,
  };
}

/** `labels` of all rows, with those of `some` replaced. */
function spread(labels: Int32Array, some: Rows): Int32Array {
  const out = Int32Array.from(labels);
  some.rows.forEach((row, i) => {
    out[row] = some.labels[i]!;
  });
  return out;
}
