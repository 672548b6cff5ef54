/** What the points of a sweep came to: one row each, the best one, and their order. Pure. */
import { type Stat, stat } from './aggregate';
import type { KeptLearner, KeptRun, KeptSweep } from './history-db';
import type { Point, Value } from './sweep';

export interface SweepRow {
  /** Index among the points, from 0. */
  readonly index: number;
  readonly point: Point;
  /** Of a point that came to its end. */
  readonly run: KeptRun | undefined;
  /** Why it gave no run; empty when it did, or is still to come. */
  readonly failure: string;
  /** After the last epoch, over seeds. Points are chosen by these, so that the final test stays untouched by choice. */
  readonly validation: Stat | undefined;
  /** On the final test images, over seeds. */
  readonly test: Stat | undefined;
}

export type Better = 'higher' | 'lower';

function lastValue({ validation: { columns, rows } }: KeptLearner, metric: string): number | undefined {
  const column = columns.indexOf(metric);
  const width = columns.length + 1;
  return column < 0 || rows.length < width ? undefined : rows[rows.length - width + 1 + column];
}

const same = (a: Point, b: Point): boolean => Object.entries(a).every(([path, value]) => b[path] === value);

/** One row per point, in the order of training, with a metric of one student. */
export function sweepRows(
  sweep: KeptSweep,
  runs: readonly KeptRun[],
  student: string,
  metric: string,
): readonly SweepRow[] {
  const own = runs.filter((run) => run.sweep?.id === sweep.id);
  return sweep.points.map((point, index) => {
    const run = own.find((each) => each.sweep && same(point, each.sweep.point));
    const learners = run?.learners.filter(({ learner }) => learner.key === student) ?? [];
    return {
      index,
      point,
      run,
      failure: sweep.failures.find((failure) => same(point, failure.point))?.message ?? '',
      validation: stat(learners.map((kept) => lastValue(kept, metric))),
      test: stat(learners.map(({ test }) => test[metric])),
    };
  });
}

/** Points that gave neither a run nor a failure, by index. */
export function pointsLeft({ id, points, failures }: KeptSweep, runs: readonly KeptRun[]): readonly number[] {
  const done = runs.flatMap(({ sweep }) => (sweep?.id === id ? [sweep.point] : []));
  const over = [...done, ...failures.map(({ point }) => point)];
  return points.flatMap((point, index) => (over.some((other) => same(point, other)) ? [] : [index]));
}

/** The row with the best mean on the validation images; the first of equals, undefined before any has one. */
export function bestRow(rows: readonly SweepRow[], better: Better): SweepRow | undefined {
  const sign = better === 'higher' ? 1 : -1;
  return rows.reduce<SweepRow | undefined>((best, row) => {
    if (!row.validation) return best;
    const ahead = !best?.validation || sign * (row.validation.mean - best.validation.mean) > 0;
    return ahead ? row : best;
  }, undefined);
}

/** What a table is ordered by: an axis by its path, or the metric on one of the splits. */
export type Order = { readonly by: string; readonly descending: boolean };

const keyOf = (row: SweepRow, by: string): Value | undefined =>
  by === 'index' ? row.index : by === 'validation' || by === 'test' ? row[by]?.mean : row.point[by];

/** In order; rows without a value come last either way. */
export function ordered(rows: readonly SweepRow[], { by, descending }: Order): readonly SweepRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [keyOf(a, by), keyOf(b, by)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    if (typeof x === 'string' || typeof y === 'string')
      return sign * String(x).localeCompare(String(y)) || a.index - b.index;
    return sign * (Number(x) - Number(y)) || a.index - b.index;
  });
}

/** The student whose settings the axes vary, else the last one: whose numbers tell the points apart. */
export function variedStudent({ axes }: KeptSweep, keys: readonly string[]): string | undefined {
  const named = axes.map(({ path }) => /^students\.([\w-]+)\./.exec(path)?.[1]);
  return keys.findLast((key) => named.includes(key)) ?? keys.at(-1);
}
