import { describe, expect, it } from 'vitest';
import { conclusion, differing, pairedWith, rowsOfRuns, testStat } from '../../src/state/compare';
import { Curves, METRIC_IDS } from '../../src/state/curves';
import { keptRun, surplus } from '../../src/state/history';
import type { KeptRun } from '../../src/state/history-db';
import { config, evaluation, learner, student } from './fixtures';

/** A run whose students reach the given test accuracies, by seed from 1. */
function run(created: number, accuracies: Record<string, readonly number[]>, change = {}): KeptRun {
  const students = Object.keys(accuracies).map((key) => student(key, key === 's1' ? 'labels-only' : 'kd'));
  const learners = Object.entries(accuracies).flatMap(([key, list]) =>
    list.map((_, i) => learner(key, i + 1)),
  );
  const curves = new Curves();
  curves.reset(learners);
  curves.addEvaluations(learners.map(({ id }) => evaluation(id, 0.5)));
  const latest = new Map(
    Object.entries(accuracies).flatMap(([key, list]) =>
      list.map((a, i) => [`${key}/${i + 1} test`, evaluation(`${key}/${i + 1}`, a, 'test')] as const),
    ),
  );
  return keptRun(
    { learners, latest, states: new Map(), device: undefined },
    config(students, change),
    curves,
    { created, name: `run ${created}`, data: { name: 'glyphs', fingerprint: 'f', classes: 10 } },
  );
}

const rows = (runs: readonly KeptRun[]) => rowsOfRuns(runs, (_, s) => s.method.id);

describe('kept runs', () => {
  it('hold the test metrics and the validation curve of every learner', () => {
    const [kept] = run(1, { s1: [0.8] }).learners;
    expect(kept?.test['accuracy']).toBe(0.8);
    expect(kept?.validation.rows[0]).toBe(5);
    expect(kept?.validation.rows[1 + METRIC_IDS.indexOf('accuracy')]).toBe(0.5);
  });

  it('give way when there are too many, the oldest first, pinned ones never', () => {
    const all = [1, 2, 3, 4].map((n) => ({ ...run(n, { s1: [0.5] }), pinned: n === 1 }));
    expect(surplus(all, 2)).toEqual([(2).toString(36)]);
  });
});

describe('a comparison', () => {
  it('names only the settings that differ', () => {
    const first = run(1, { s1: [0.8], s2: [0.9] });
    expect(differing(rows([first]))).toEqual(['student.method.id']);
    const other = run(2, { s1: [0.8], s2: [0.9] }, { name: 'other', seeds: [1, 2] });
    expect(differing(rows([first, other]))).toEqual(['student.method.id']);
    const longer = run(3, { s1: [0.8] }, { training: { ...first.config.training, epochs: 99 } });
    expect(differing(rows([first, longer]))).toEqual(['training.epochs', 'student.method.id']);
  });

  it('pairs by seed and says when that proves nothing', () => {
    const [one, two] = rows([run(1, { s1: [0.5, 0.6, 0.7], s2: [0.6, 0.7, 0.8] })]);
    const clear = pairedWith(two!, one!, 'accuracy');
    expect(clear?.stat.mean).toBeCloseTo(0.1, 12);
    expect(clear?.conclusive).toBe(true);
    expect(conclusion(two!, one!, clear)).toBe('conclusive at 95%');
    expect(testStat(two!, 'accuracy')?.n).toBe(3);
    const [a, b] = rows([run(1, { s1: [0.5, 0.6], s2: [0.7, 0.5] })]);
    expect(conclusion(b!, a!, pairedWith(b!, a!, 'accuracy'))).toBe('not conclusive');
    const [c, d] = rows([run(1, { s1: [0.5], s2: [0.9] })]);
    expect(conclusion(d!, c!, pairedWith(d!, c!, 'accuracy'))).toBe('one seed: not conclusive');
  });

  it('does not compare numbers from different images', () => {
    const first = run(1, { s1: [0.5, 0.6] });
    const other = { ...run(2, { s1: [0.7, 0.8] }), data: { name: 'x', fingerprint: 'g', classes: 2 } };
    const [a, b] = rows([first, other]);
    expect(pairedWith(b!, a!, 'accuracy')).toBeUndefined();
    expect(conclusion(b!, a!, undefined)).toBe('other data: not comparable');
  });
});
