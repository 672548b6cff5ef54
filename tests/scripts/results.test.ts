import { describe, expect, test } from 'vitest';
import { claimed, claimsOf, unclaimed } from '../../src/cli/results/claims';
import { resultsPage } from '../../src/cli/results/page';
import { chunks, planOf } from '../../src/cli/results/plan';
import { type LearnerRecord, type MadeRun, sameTeachers, sectionOf } from '../../src/cli/results/summary';
import { needed, paired, spread, verdict } from '../../src/core/statistics';
import { asksPool, methods } from '../../src/methods/index';
import { metrics } from '../../src/metrics/index';
import { BASELINE } from '../../src/share/results';
import { soundParts } from '../data/support/summary';

describe('statistics over seeds', () => {
  test('mean and sample standard deviation', () => {
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, sd: Math.sqrt(32 / 7) });
    expect(spread([0.5])).toEqual({ n: 1, mean: 0.5 });
    expect(spread([])).toBeUndefined();
  });

  test('differences pair equal seeds, whatever the order, and leave the others out', () => {
    expect(paired({ 3: 10, 1: 5, 10: 7, 4: 100 }, { 1: 1, 3: 2, 10: 4, 5: 100 })).toEqual([4, 8, 3]);
    expect(paired({ 1: 1 }, { 2: 1 })).toEqual([]);
  });

  test('the spread of the differences is not that of the values', () => {
    const a = { 1: 0.51, 2: 0.71, 3: 0.91 };
    const b = { 1: 0.5, 2: 0.7, 3: 0.9 };
    expect(spread(Object.values(a))!.sd).toBeCloseTo(0.2, 12);
    expect(spread(paired(a, b))!.sd).toBeCloseTo(0, 12);
  });

  test('the quantiles are those of the t distribution: closed forms for one and two degrees of freedom', () => {
    expect(needed(2)).toBeCloseTo(Math.tan(0.45 * Math.PI), 3);
    expect(needed(3)).toBeCloseTo(0.9 / Math.sqrt(2 * 0.95 * 0.05), 3);
    expect([needed(0), needed(1), needed(6)]).toEqual([undefined, undefined, undefined]);
  });

  test('a claim shows beyond the needed number of standard errors, on the right side', () => {
    // Mean 1, standard error e: sd is e * sqrt(3), which 1 - d, 1, 1 + d has for d = e * sqrt(3).
    const withError = (e: number) => [1 - e * Math.sqrt(3), 1, 1 + e * Math.sqrt(3)];
    expect(verdict(withError(1 / 2.93), 'higher')).toBe('shows');
    expect(verdict(withError(1 / 2.91), 'higher')).toBe('does not show');
    expect(verdict(withError(1 / 2.93), 'lower')).toBe('does not show');
    expect(
      verdict(
        withError(1 / 2.93).map((x) => -x),
        'lower',
      ),
    ).toBe('shows');
    expect(verdict([0, 0, 0], 'higher')).toBe('does not show');
    expect(verdict([1], 'higher')).toBe('not measured');
    expect(verdict([], 'lower')).toBe('not measured');
  });
});

const learner = (
  method: string,
  seed: number,
  values: Record<string, number>,
  more: Partial<LearnerRecord> = {},
): LearnerRecord => ({
  ...{ key: method, seed, label: method, method, model: 'net', parameters: 10, millisecondsPerStep: 2 },
  state: { kind: 'finished' },
  splits: { validation: { metrics: { accuracy: 0 } }, test: { metrics: values } },
  ...more,
});

const teacherOf = (seed: number, accuracy: number) =>
  learner('labels-only', seed, { accuracy, nll: 0.1, ece: 0.01 }, { key: 'teacher', label: 'Teacher' });

const made = (learners: readonly LearnerRecord[], failure = ''): MadeRun => ({
  commit: 'abc',
  record: {
    ...{ failure, backend: 'condenser', device: { name: 'A', software: true }, versions: {}, seconds: 60 },
    dataset: {
      ...{ name: 'marks', fingerprint: '0', classNames: ['a', 'b'], perClass: [1, 1], sizes: [] },
      ...{ shape: { width: 8, height: 9, channels: 1 }, counts: { train: 3, validation: 2, test: 1 } },
      ...{ skipped: [], warnings: [], milliseconds: 1 },
      ...soundParts(['a', 'b'], [1, 1]),
    },
    learners,
  },
});

const budget = { epochs: 1, teacherEpochs: 1, batchSize: 4, optimizer: 'adam', rate: 0.01 };
const about = { command: 'npm run results', config: {}, budget, failures: [] };

const three = [1, 2, 3].map((seed) =>
  made([
    teacherOf(seed, 0.9),
    learner('labels-only', seed, { accuracy: 0.4 + seed / 10, ece: 0.1 }),
    learner('kd', seed, { accuracy: 0.5 + seed / 10 + seed / 1000, ece: 0.2, agreement: 0.7 }),
    learner('bd-kd', seed, { accuracy: 0.45 + seed / 10, ece: 0.1 + seed / 1000 }),
  ]),
);

describe('the table of a data set', () => {
  const section = sectionOf(three, about)!;
  const row = (id: string) => section.rows.find((r) => r.id === id)!;

  test('gains are paired by seed, rows sorted by accuracy, the teacher apart', () => {
    expect(section.rows.map((r) => r.id)).toEqual(['kd', 'bd-kd', 'labels-only']);
    expect(row('kd').gain!.mean).toBeCloseTo(0.102, 12);
    expect(row('kd').gain!.sd).toBeCloseTo(0.001, 12);
    expect(row('kd').metrics['accuracy']!.sd).toBeCloseTo(0.101, 12);
    expect(row('labels-only').gain).toBeUndefined();
    expect(section.teacher.metrics['accuracy']).toMatchObject({ n: 3, sd: 0 });
  });

  test('claims are judged by the rule', () => {
    expect(row('kd').claims.map((c) => c.verdict)).toEqual(['shows']);
    expect(row('bd-kd').claims.map((c) => [c.metric, c.verdict])).toEqual([
      ['accuracy', 'does not show'],
      ['ece', 'shows'],
    ]);
  });

  test('without its baseline a claim is not measured', () => {
    const alone = three.map(({ record }) => made(record.learners.filter((l) => l.key !== 'kd')));
    const rows = sectionOf(alone, about)!.rows;
    expect(rows.find((r) => r.id === 'bd-kd')!.claims.map((c) => c.verdict)).toEqual([
      'not measured',
      'not measured',
    ]);
  });

  test('a diverged learner is counted and its numbers left out', () => {
    const diverged = made([
      teacherOf(4, 0.9),
      learner('kd', 4, { accuracy: 0 }, { state: { kind: 'diverged' } }),
      learner('labels-only', 4, { accuracy: 0.5 }),
    ]);
    const kd = sectionOf([...three, diverged], about)!.rows.find((r) => r.id === 'kd')!;
    expect([kd.n, kd.diverged, kd.gain!.n]).toEqual([3, 1, 3]);
  });

  test('failed runs are left out', () => {
    expect(sectionOf([made([], 'the device was lost')], about)).toBeUndefined();
    expect(sectionOf([...three, made([], 'lost')], about)!.rows).toHaveLength(3);
  });

  test('teachers of one seed are compared number by number', () => {
    expect(sameTeachers([teacherOf(1, 0.5), teacherOf(2, 0.6)])).toBeUndefined();
    expect(sameTeachers([teacherOf(1, 0.5), teacherOf(1, 0.5), teacherOf(2, 0.6)])).toBe(true);
    expect(sameTeachers([teacherOf(1, 0.5), teacherOf(1, 0.5 + 1e-12)])).toBe(false);
  });

  test('the page holds every row and says what the file says', () => {
    const page = resultsPage({ version: 1, sections: [section] });
    expect(page).toContain('| kd | `kd` | 70.2% ± 10.1 | +10.2 ± 0.1 |');
    expect(page).toContain('**shows**: lower ECE than `kd` (−9.8 ± 0.1)');
    expect(page).toContain('The teacher is more accurate than each of the 3 students.');
    expect(page).toContain('Each seed has its own teacher');
    expect(page).toContain(
      '1 epochs instead of 12, 1 for the teacher instead of 8, images of 9 pixels instead of 16.',
    );
    const widths = page.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(widths.map((line) => line.split('|').length))).toEqual(new Set([12]));
  });
});

describe('the plan', () => {
  test('every claim names a method and a metric that exist', () => {
    for (const id of claimed) expect(methods.get(id).id).toBe(id);
    for (const { id } of methods.all)
      for (const { metric, better, against } of claimsOf(id)) {
        expect(methods.get(against).id).not.toBe(id);
        expect(metrics.get(metric).better).toBe(better);
      }
    for (const { id } of methods.all) expect(claimsOf(id).length > 0, id).toBe(!unclaimed.includes(id));
  });

  test('all methods, in runs that a set-up can hold, the baseline first', () => {
    const [part] = planOf(['--regime', 'labelled-fraction']).parts;
    const planned = (jobs: NonNullable<typeof part>['jobs']) => [
      ...new Set(jobs.flatMap((job) => job.methods)),
    ];
    expect(planned(part!.jobs).sort()).toEqual(methods.all.map((m) => m.id).sort());
    const labelled = methods.all.filter((method) => !asksPool(method)).map((m) => m.id);
    expect(planned(planOf([]).parts[0]!.jobs).sort()).toEqual(labelled.sort());
    expect(part!.jobs[0]!.methods.slice(0, 2)).toEqual([BASELINE, 'kd']);
    expect(part!.jobs[0]!.config.students.map((s) => s.method.id)).toEqual(part!.jobs[0]!.methods);
    expect(new Set(part!.jobs.map((job) => job.folder)).size).toBe(part!.jobs.length);
    expect(chunks(Array.from({ length: 25 }, (_, i) => `${i}`)).map((c) => c.length)).toEqual([8, 9, 8]);
  });

  test('same student, optimiser and budget for all', () => {
    const students = planOf([]).parts[0]!.jobs.flatMap((job) => job.config.students);
    for (const { model, optimizer } of students)
      expect([model, optimizer]).toEqual([students[0]!.model, students[0]!.optimizer]);
    expect(students[0]!.model).toMatchObject({ id: 'cnn', params: { width: 4, blocks: 2 } });
  });

  test('a changed budget is another record, the same one is found again', () => {
    const folder = (...args: string[]) => planOf(args).parts[0]!.jobs[0]!.folder;
    expect(folder('--epochs', '2')).toBe(folder('--epochs', '2'));
    expect(folder('--epochs', '3')).not.toBe(folder('--epochs', '2'));
    expect(folder('--size', '8')).not.toBe(folder());
    expect(folder('--set', 'data.validation=0.3')).not.toBe(folder());
    expect(folder('--methods', 'kd')).not.toBe(folder('--methods', 'dkd'));
  });

  test('the stated command leaves the folders of this machine out', () => {
    const { parts } = planOf(['--dataset', 'none', '--data', import.meta.filename, '--methods', 'kd']);
    expect(parts.map((p) => p.command)).toEqual([
      'npm run results -- --dataset none --data results.test.ts --methods kd',
    ]);
  });

  test('one run holds all seeds; with own teachers each seed has a run', () => {
    const seeds = (...args: string[]) =>
      planOf(['--methods', 'kd', ...args]).parts[0]!.jobs.map((job) => job.config.seeds);
    expect(seeds()).toEqual([[1, 2, 3]]);
    expect(seeds('--own-teachers')).toEqual([[1], [2], [3]]);
  });

  test('mistakes are named', () => {
    expect(() => planOf(['--methods', 'magic'])).toThrow("no method 'magic'");
    expect(() => planOf(['--epochs', 'x'])).toThrow('--epochs');
    expect(() => planOf(['--data', '/there/is/none'])).toThrow('There is no file');
    expect(() => planOf(['--colour'])).toThrow('--colour');
  });
});
