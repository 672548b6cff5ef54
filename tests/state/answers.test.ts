import { describe, expect, it } from 'vitest';
import { answerOf, divergence, probabilities, rowsOf, topOf } from '../../src/state/answers';
import type { PredictionItem } from '../../src/worker/protocol';

const item = (
  learner: string,
  rows: readonly (readonly number[])[],
  labels: readonly number[],
): PredictionItem => ({
  learner,
  rows: rows.length,
  classes: rows[0]!.length,
  logits: Float32Array.from(rows.flat()),
  labels: Int32Array.from(labels),
  index: Int32Array.from(rows.keys()),
});

const labels = [0, 1, 2, 0];
const teacher = item(
  'teacher',
  [
    [3, 0, 0],
    [0, 3, 0],
    [2, 0, 0],
    [3, 0, 0],
  ],
  labels,
);
const student = item(
  's1/1',
  [
    [2, 0, 0],
    [4, 0, 0],
    [0, 0, 2],
    [0, 1, 0],
  ],
  labels,
);

describe('answers', () => {
  it('are probabilities at a temperature, stable for huge logits', () => {
    const p = probabilities(item('x', [[1e4, 0, -1e4]], [0]), 0);
    expect([...p]).toEqual([1, 0, 0]);
    const two = probabilities(item('x', [[2, 0]], [0]), 0, 2);
    expect(two[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });

  it('take the lowest of equal logits and list the most probable classes first', () => {
    expect(answerOf(item('x', [[1, 5, 5]], [0]), 0)).toBe(1);
    expect(topOf(item('x', [[1, 5, 5, 7]], [0]), 0, 3).map(({ index }) => index)).toEqual([3, 1, 2]);
  });

  it('differ by the Kullback-Leibler divergence', () => {
    expect(divergence(teacher, teacher, 0)).toBe(0);
    const [p, q] = [probabilities(teacher, 1), probabilities(student, 1)];
    const expected = p.reduce((sum, v, k) => sum + v * Math.log(v / q[k]!), 0);
    expect(divergence(teacher, student, 1)).toBeCloseTo(expected, 12);
  });
});

describe('filters', () => {
  const rows = (kind: Parameters<typeof rowsOf>[0]['kind']) =>
    rowsOf(kind === 'cell' ? { kind, truth: 0, answer: 1 } : { kind }, student, teacher);

  it('find what their names say', () => {
    expect(rows('all')).toEqual([0, 1, 2, 3]);
    expect(rows('wrong')).toEqual([1, 3]);
    expect(rows('right')).toEqual([0, 2]);
    expect(rows('teacher-wrong')).toEqual([2]);
    expect(rows('only-teacher')).toEqual([1, 3]);
    expect(rows('only-student')).toEqual([2]);
    expect(rows('cell')).toEqual([3]);
  });

  it('put the most telling image first', () => {
    expect(rows('sure-mistakes')).toEqual([1, 3]);
    const order = rows('disagreement');
    const scores = order.map((row) => divergence(teacher, student, row));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(order).toHaveLength(4);
  });

  it('work without a teacher', () => {
    expect(rowsOf({ kind: 'only-teacher' }, student, undefined)).toEqual([]);
  });
});
