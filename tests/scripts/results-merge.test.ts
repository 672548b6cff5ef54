import { describe, expect, test } from 'vitest';
import { withSection } from '../../src/cli/results/index';
import { withRows, withTimes } from '../../src/cli/results/merge';
import { planOf } from '../../src/cli/results/plan';
import { judged, numbersOf } from '../../src/cli/results/summary';
import { MILLISECONDS, type Row, type Section } from '../../src/share/results';

const bySeed = (values: readonly number[]) =>
  Object.fromEntries(values.map((value, i) => [String(i + 1), value]));

const row = (id: string, accuracies: readonly number[], ms: readonly number[] = []): Row => ({
  ...{ id, name: id, model: 'a net', parameters: 10, n: accuracies.length, diverged: 0, claims: [] },
  ...numbersOf({
    accuracy: bySeed(accuracies),
    ...(ms.length > 0 ? { [MILLISECONDS]: bySeed(ms) } : {}),
  }),
});

const section = (rows: readonly Row[], more: Partial<Section> = {}): Section => ({
  dataset: {
    ...{ name: 'Glyphs', classes: 10, shape: '8 x 8 x 1', train: 1000, validation: 10, test: 10 },
  },
  ...{ command: 'npm run results', config: {}, backend: 'cpu', commits: ['old'], versions: {}, minutes: 1 },
  budget: { epochs: 1, teacherEpochs: 1, batchSize: 64, optimizer: 'adam', rate: 0.003 },
  failures: [],
  teacher: row('teacher', [0.9, 0.9, 0.9], [9]),
  rows: judged(rows),
  ...more,
});

const there = section([
  row('labels-only', [0.4, 0.5, 0.6], [2, 2, 8]),
  row('kd', [0.5, 0.61, 0.7], [3, 3, 3]),
]);
const further = { command: 'npm run results -- --methods dkd --add', commits: ['new'] };

describe('rows of further methods', () => {
  const fresh = section([row('dkd', [0.6, 0.7, 0.81]), row('kd', [0.1, 0.1, 0.1])], further);

  test('are judged beside those that are there, which keep theirs', () => {
    const all = withRows(there, fresh);
    expect(all.rows.map(({ id }) => id)).toEqual(['dkd', 'kd', 'labels-only']);
    expect(all.rows[1]).toEqual(there.rows[0]);
    expect(all.rows[0]!.gain!.mean).toBeCloseTo(0.2033, 3);
    expect(all.rows[0]!.claims).toMatchObject([{ against: 'kd', verdict: 'shows' }]);
    expect(all).toMatchObject({ commits: ['old', 'new'], minutes: 2, sameTeacher: true });
    expect(all.command.split('\n')).toEqual([there.command, fresh.command]);
    expect(withRows(all, fresh)).toBe(all);
  });

  test('are stated as what was added', () => {
    const [part] = planOf(['--methods', 'dkd', '--add']).parts;
    expect(part!.command).toBe('npm run results -- --dataset glyphs --methods dkd --add');
  });

  test('say when their teacher was another, and are refused with another budget', () => {
    const teacher = row('teacher', [0.9, 0.9, 0.91]);
    expect(withRows(there, { ...fresh, teacher }).sameTeacher).toBe(false);
    const budget = { ...fresh.budget, epochs: 2 };
    expect(() => withRows(there, { ...fresh, budget })).toThrow('another budget');
  });
});

describe('step times alone', () => {
  const timed = section([row('labels-only', [0.1], [1.5])], { teacher: row('teacher', [0.2], [7]) });

  test('take the place of the old ones, and nothing else does', () => {
    const all = withTimes(there, timed);
    const ms = (id: string) => all.rows.find((r) => r.id === id)!.metrics[MILLISECONDS];
    expect(ms('labels-only')).toEqual({ n: 1, mean: 1.5 });
    expect(ms('kd')).toEqual({ n: 3, mean: 3, sd: 0 });
    expect(all.teacher.metrics[MILLISECONDS]).toEqual({ n: 1, mean: 7 });
    expect(all.rows.map((r) => r.values['accuracy'])).toEqual(there.rows.map((r) => r.values['accuracy']));
  });

  test('need a table', () => {
    const none = { version: 1, sections: [] } as const;
    expect(() => withSection(none, timed, 'all but times')).toThrow('no table of Glyphs');
    expect(withSection(none, timed, 'rows').sections).toEqual([timed]);
    expect(withSection({ version: 1, sections: [there] }, timed, 'nothing').sections).toEqual([timed]);
  });

  test('come from one short run', () => {
    const [part] = planOf(['--methods', 'kd', '--epochs', '9', '--times']).parts;
    expect(part!.jobs.map(({ config }) => [config.seeds, config.training.epochs])).toEqual([[[1], 2]]);
  });
});
