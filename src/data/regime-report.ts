/** What regimes did to a training split, for people. Pure. */
import type { Choice } from '../core/config';
import type { Outcome, Rows } from './chain';
import type { Dataset, RegimePicture, RegimeReport, SpaceReport } from './dataset';
import { drawsOf } from './regimes/index';
import type { Sides } from './spaces';
import { THUMBNAIL, thumbnail } from './summary';

const PICTURES = 12;

interface Run {
  readonly cost: RegimeReport['cost'];
  /** Of the rows in `outcome.scored`. */
  readonly scores: ArrayLike<number> | undefined;
}

function perClass(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** Share of the rows whose label is not the one of the data set. */
const wrongShare = ({ rows, labels }: Rows, truth: Int32Array): number =>
  rows.reduce((sum, row, i) => sum + Number(labels[i] !== truth[row]), 0) / rows.length;

/** `n` entries at equal distances. */
function spaced<T>(list: readonly T[], n: number): T[] {
  if (list.length <= n) return [...list];
  return Array.from({ length: n }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / n)]!);
}

/** Hardest of the kept and easiest of the dropped where there are scores, some of each where not. */
function picturesOf(dataset: Dataset, { students, scored }: Outcome, scores: Run['scores']) {
  const truth = dataset.splits.train.labels;
  const stands = new Map<number, number>();
  // What was dropped shows the label it had when the last choice was made.
  for (const { rows, labels } of scored ? [scored, students] : [students])
    rows.forEach((row, i) => {
      stands.set(row, labels[i]!);
    });
  const score = new Map<number, number>();
  if (scores)
    scored?.rows.forEach((row, i) => {
      score.set(row, scores[i]!);
    });
  const kept = new Set(students.rows);
  const dropped = Array.from(truth, (_, row) => row).filter((row) => !kept.has(row));
  const chosen = (rows: readonly number[], sign: number): readonly number[] => {
    if (!scores) return spaced(rows, PICTURES);
    return rows
      .filter((row) => score.has(row))
      .toSorted((a, b) => sign * (score.get(a)! - score.get(b)!))
      .slice(0, PICTURES);
  };
  const picture = (row: number): RegimePicture => {
    const label = stands.get(row) ?? truth[row]!;
    const value = score.get(row);
    return {
      label,
      wrong: label !== truth[row],
      ...(value === undefined ? {} : { score: value }),
      rgba: thumbnail(dataset, row),
    };
  };
  return {
    size: THUMBNAIL,
    kept: chosen([...kept], -1).map(picture),
    dropped: chosen(dropped, 1).map(picture),
  };
}

function drawnOf(chosen: readonly Choice[], { pool, splits }: Dataset): RegimeReport['drawn'] {
  const draws = drawsOf(chosen)?.draws;
  if (!draws || !pool) return undefined;
  const tests = { validation: splits.validation.count, test: splits.test.count };
  return {
    name: pool.name,
    pool: pool.count,
    tests: draws.measured && tests,
    only: draws.only ?? false,
  };
}

const spaceOf = ({ classNames, splits: { train, validation, test } }: Dataset): SpaceReport => ({
  classNames,
  counts: { train: train.count, validation: validation.count, test: test.count },
});

/**
 * @param dataset that of the students, where there are two sides.
 * @param run undefined for a preview.
 */
export function reportOf(
  chosen: readonly Choice[],
  dataset: Dataset,
  outcome: Outcome,
  run: Run | undefined,
  spaces?: Partial<Sides>,
): RegimeReport {
  const { students, teacher, pooled, scored } = outcome;
  const { classNames, splits } = dataset;
  const truth = splits.train.labels;
  const noisy = scored ?? students;
  const all = { rows: truth.map((_, row) => row), labels: truth };
  const relabelled = wrongShare(noisy, truth) > 0;
  return {
    regimes: chosen.map(({ id }) => id),
    classNames,
    before: perClass(all.labels, classNames.length),
    after: scored && !run ? undefined : perClass(students.labels, classNames.length),
    students: students.rows.length,
    teacher: spaces?.teacher ? spaces.teacher.splits.train.count : teacher.rows.length,
    pooled: pooled.length,
    ...(spaces
      ? {
          spaces: {
            ...(spaces.teacher ? { teacher: spaceOf(spaces.teacher) } : {}),
            students: spaceOf(dataset),
          },
        }
      : {}),
    drawn: drawnOf(chosen, dataset),
    wrong: relabelled
      ? {
          before: wrongShare(noisy, truth),
          students: scored && !run ? undefined : wrongShare(students, truth),
          teacher: wrongShare(teacher, truth),
        }
      : undefined,
    cost: run?.cost,
    pictures: run && picturesOf(dataset, outcome, run.scores),
  };
}
