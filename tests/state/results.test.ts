import { describe, expect, it } from 'vitest';
import { interval, stat } from '../../src/state/aggregate';
import { bestKey, resultRows, twinOf } from '../../src/state/results';
import { verdict } from '../../src/state/verdict';
import { config, evaluation, learner, student } from './fixtures';

describe('mean and spread over seeds', () => {
  it('uses n - 1 and leaves out what is not finite', () => {
    expect(stat([1, 2, 3, Number.NaN, undefined])).toEqual({ mean: 2, std: 1, n: 3 });
  });
  it('has no spread for one value and no mean for none', () => {
    expect(stat([0.5])).toEqual({ mean: 0.5, std: undefined, n: 1 });
    expect(stat([undefined, Number.POSITIVE_INFINITY])).toBeUndefined();
  });
  it('gives the t interval of three values', () => {
    const [low, high] = interval({ mean: 2, std: 1, n: 3 })!;
    expect(low).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 10);
    expect(high).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 10);
    expect(interval({ mean: 2, std: undefined, n: 1 })).toBeUndefined();
  });
});

const students = [student('s1', 'labels-only'), student('s2', 'kd'), student('s3', 'dkd')];

function rowsOf(accuracies: Readonly<Record<string, number>>, seeds: readonly number[] = [1]) {
  const shown = new Map(Object.entries(accuracies).map(([id, a]) => [id, evaluation(id, a)]));
  return resultRows({
    config: config(students, { seeds }),
    learners: [learner('teacher'), ...students.flatMap((s) => seeds.map((seed) => learner(s.key, seed)))],
    labels: new Map([
      ['s2', 'KD'],
      ['s3', 'DKD'],
    ]),
    shown,
    states: new Map(),
    milliseconds: { 's2/1': 2, 's2/2': 3 },
  });
}

describe('result rows', () => {
  it('count the parameters that are left, the mean over seeds, and tell how many were built', () => {
    const shown = new Map([
      ['s2/1', { ...evaluation('s2/1', 0.5), parameters: 30 }],
      ['s2/2', { ...evaluation('s2/2', 0.5), parameters: 41 }],
      ['s3/1', evaluation('s3/1', 0.5)],
    ]);
    const learners = [learner('s2', 1), learner('s2', 2), learner('s3', 1), learner('s1', 1)];
    const input = {
      config: config(students),
      learners,
      labels: new Map(),
      states: new Map(),
      milliseconds: {},
    };
    const rows = resultRows({ ...input, shown });
    expect(rows.map((r) => [r.key, r.parameters, r.parametersBuilt])).toEqual([
      ['s2', 36, 100],
      ['s3', 100, undefined],
      ['s1', 100, undefined],
    ]);
  });
  it('pairs gains by seed, so a shared shift of a seed adds no spread', () => {
    const rows = rowsOf({ 's1/1': 0.5, 's1/2': 0.7, 's2/1': 0.6, 's2/2': 0.8 }, [1, 2]);
    const gain = rows.find((r) => r.key === 's2')?.gain;
    expect(gain?.mean).toBeCloseTo(0.1, 10);
    expect(gain?.std).toBeCloseTo(0, 10);
    expect(rows.find((r) => r.key === 's2')?.metrics['accuracy']?.std).toBeGreaterThan(0.1);
  });
  it('leaves out a seed whose twin has no number', () => {
    const rows = rowsOf({ 's1/1': 0.5, 's2/1': 0.6, 's2/2': 0.8 }, [1, 2]);
    expect(rows.find((r) => r.key === 's2')?.gain?.n).toBe(1);
  });
  it('gives the share of the teacher kept, and sums the cost of the seeds', () => {
    const rows = rowsOf({ teacher: 0.8, 's2/1': 0.6 }, [1, 2]);
    const row = rows.find((r) => r.key === 's2');
    expect(row?.kept?.mean).toBeCloseTo(0.75, 10);
    expect(row?.milliseconds).toBe(5);
    expect(rows[0]?.key).toBe('teacher');
    expect(rows[0]?.kept).toBeUndefined();
  });
  it('compares with the labels-only student of the same network', () => {
    const own = [
      student('a', 'labels-only', {}, 4),
      student('b', 'labels-only', {}, 8),
      student('c', 'kd', {}, 8),
    ];
    expect(twinOf(own[2]!, own)).toBe('b');
    expect(twinOf(student('d', 'kd', {}, 2), own)).toBe('a');
  });
  it('names the best student per column, never the teacher, and nobody on a tie', () => {
    const rows = rowsOf({ teacher: 0.9, 's1/1': 0.5, 's2/1': 0.7, 's3/1': 0.6 });
    const accuracy = (r: (typeof rows)[number]) => r.metrics['accuracy']?.mean;
    expect(bestKey(rows, accuracy, 'higher')).toBe('s2');
    expect(bestKey(rows, accuracy, 'lower')).toBe('s1');
    expect(bestKey(rowsOf({ 's2/1': 0.7, 's3/1': 0.7 }), accuracy, 'higher')).toBeUndefined();
  });
});

describe('verdict', () => {
  it('calls one seed not conclusive', () => {
    const text = verdict(rowsOf({ 's1/1': 0.5, 's2/1': 0.521 }), 'validation images');
    expect(text).toBe(
      'KD is ahead of labels-only by 2.1 points on the validation images (1 seed, not conclusive).',
    );
  });
  it('says point for exactly one', () => {
    expect(verdict(rowsOf({ 's1/1': 0.5, 's2/1': 0.51 }), 'test images')).toContain('by 1.0 point on');
  });
  it('gives the interval of several seeds and drops the doubt only when it excludes zero', () => {
    const clear = { 's1/1': 0.5, 's1/2': 0.5, 's1/3': 0.5, 's2/1': 0.6, 's2/2': 0.61, 's2/3': 0.59 };
    const text = verdict(rowsOf(clear, [1, 2, 3]), 'test images');
    expect(text).toContain('3 seeds, 95% interval 7.5 to 12.5)');
    const unclear = { ...clear, 's2/1': 0.4, 's2/2': 0.8 };
    expect(verdict(rowsOf(unclear, [1, 2, 3]), 'test images')).toContain('not conclusive');
  });
  it('admits that labels-only wins', () => {
    const text = verdict(rowsOf({ 's1/1': 0.6, 's2/1': 0.5, 's3/1': 0.55 }), 'test images');
    expect(text).toContain('DKD, the best distilled student, is behind labels-only by 5.0 points');
  });
  it('names the student that diverged instead of asking for another', () => {
    const rows = rowsOf({ teacher: 0.9, 's1/1': 0.6 }).map((row) =>
      row.key === 's2'
        ? { ...row, states: [{ kind: 'diverged', step: 3, term: 'kd', lastFinite: 1 } as const] }
        : row,
    );
    expect(verdict(rows, 'test images')).toBe('Nothing to compare yet: KD diverged.');
  });
  it('is empty before anything was measured', () => {
    expect(verdict(rowsOf({}), 'validation images')).toBe('');
    expect(verdict(rowsOf({ teacher: 0.9 }), 'validation images')).toBe(
      'Only the teacher has been measured so far.',
    );
  });
});
