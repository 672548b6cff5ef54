import { describe, expect, test } from 'vitest';
import { optionsOf, readOptions } from '../../src/cli/results/options';
import { resultsPage } from '../../src/cli/results/page';
import { planOf } from '../../src/cli/results/plan';
import { type LearnerRecord, type MadeRun, pictured, sectionOf } from '../../src/cli/results/summary';
import { rowOfKey } from '../../src/cli/results/trial';
import { trials } from '../../src/cli/results/trials/index';
import { defineTrial, type Trial } from '../../src/cli/results/trials/kit';
import { drawsOf, refusalOf as regimesRefused, splitsClasses } from '../../src/data/regimes/index';
import { methods, refusalOf } from '../../src/methods/index';
import { metrics } from '../../src/metrics/index';
import { soundParts } from '../data/support/summary';

const all = [...trials.values()];

describe('every trial', () => {
  test.each(all.map((trial) => [trial.id, trial] as const))('%s is about what exists', (id, trial) => {
    const { rows, claims, numbers = {}, baseline } = trial;
    expect(rows[id]?.method).toBe(id);
    expect(rows[baseline]).toBeDefined();
    const keys = Object.keys(rows).map((key) => key.slice(0, 20));
    expect(new Set(keys).size).toBe(keys.length);
    const { panels = {} } = methods.get(id);
    for (const { panel } of Object.values(numbers)) expect(Object.keys(panels)).toContain(panel);
    for (const [row, list] of Object.entries(claims)) {
      expect(rows[row], row).toBeDefined();
      for (const { metric, better, against, than } of list) {
        expect(rows[against], against).toBeDefined();
        if (than) expect(numbers[than], than).toBeDefined();
        else expect(against).not.toBe(row);
        if (!numbers[metric]) expect(metrics.get(metric).better).toBe(better);
      }
    }
    expect(claims[id]!.length).toBeGreaterThan(0);
  });

  const parts = planOf(['--trial', 'all']).parts;

  test.each(parts.map((part) => [part.name, part] as const))('%s can be trained', (_, { jobs, trial }) => {
    for (const { config, methods: keys, seeds } of jobs) {
      expect(config.students.map(({ key }) => rowOfKey(trial!.trial, key))).toEqual(keys);
      expect(seeds).toEqual(['1', '2', '3']);
      expect(regimesRefused(config.regimes, config.teacher.mode)).toBeUndefined();
      const draws = drawsOf(config.regimes)?.draws;
      if (draws) expect(config.others?.[draws.role]).toBeDefined();
      const pool = config.regimes.some(({ id }) => id === 'labelled-fraction') || draws !== undefined;
      const around = { teacher: config.teacher.mode, pool, otherClasses: splitsClasses(config.regimes) };
      for (const { key, method } of config.students) {
        const row = trial!.trial.rows[rowOfKey(trial!.trial, key)]!;
        expect(refusalOf(method, { ...around, hidden: draws?.only })).toBeUndefined();
        expect(method.id).toBe(row.method);
        expect(method.params).toMatchObject(row.params ?? {});
      }
    }
  });

  test('settings have records and tables of their own', () => {
    const folders = parts.flatMap(({ jobs }) => jobs.map((job) => job.folder));
    expect(new Set(folders).size).toBe(folders.length);
    expect(new Set(parts.map(({ command }) => command)).size).toBe(parts.length);
  });
});

describe('what is asked beside a trial', () => {
  test('comes after its own options, and other data leave out parameters of its own', () => {
    const trial = defineTrial({
      ...trials.get('proc-kd')!,
      options: ['--set', 'dataset.params.count=300', '--set', 'a=1'],
    });
    const asked = (...args: string[]) => optionsOf(trial, undefined, readOptions(args));
    expect(asked('--epochs', '2', '--set', 'a=2').set).toEqual([
      ...['dataset.params.count=300', 'a=1', 'teacher.epochs=2', 'training.epochs=2', 'a=2'],
    ]);
    expect(asked('--data', 'x')).toMatchObject({ dataset: ['none'], set: ['a=1'] });
  });

  test('chooses rows and settings, and is stated', () => {
    const [part, none] = planOf(['--trial', 'gdcan:noise', '--methods', 'labels-only,dcan', '--add']).parts;
    expect(none).toBeUndefined();
    expect(part!.jobs[0]!.config.others?.target).toMatchObject({ source: 'shift', id: 'noise' });
    expect(part!.command).toBe('npm run results -- --trial gdcan:noise --methods labels-only,dcan --add');
    expect(() => planOf(['--trial', 'gdcan', '--methods', 'magic'])).toThrow("no row 'magic'");
    expect(() => planOf(['--trial', 'gdcan:magic'])).toThrow("no setting 'magic'");
    expect(() => planOf(['--trial', 'kd'])).toThrow("no trial of 'kd'");
  });
});

const about = {
  ...{ command: 'npm run results', config: {}, failures: [] },
  budget: { epochs: 1, teacherEpochs: 1, batchSize: 4, optimizer: 'adam', rate: 0.01 },
};

const learner = (key: string, seed: number, accuracy: number, last: readonly number[]): LearnerRecord => ({
  ...{ key, seed, label: key, method: 'kd', model: 'net', parameters: 10, millisecondsPerStep: 2 },
  state: { kind: 'finished' },
  splits: { test: { metrics: { accuracy } } },
  pictures: { table: { shape: [2, 2], last, mean: last.map((x) => x / 2) } },
});

const run = (learners: readonly LearnerRecord[]): MadeRun => ({
  commit: 'abc',
  record: {
    ...{
      failure: '',
      backend: 'condenser',
      device: { name: 'A', software: true },
      versions: {},
      seconds: 60,
    },
    dataset: {
      ...{ name: 'marks', fingerprint: '0', classNames: ['a', 'b'], perClass: [1, 1], sizes: [] },
      ...{ shape: { width: 8, height: 9, channels: 1 }, counts: { train: 3, validation: 2, test: 1 } },
      ...{ skipped: [], warnings: [], milliseconds: 1 },
      ...soundParts(['a', 'b'], [1, 1]),
    },
    learners,
  },
});

/** Numbers of a picture beside accuracy, compared within a row and between rows. */
const trial: Trial = {
  id: 'kd',
  question: 'Is it so?',
  options: [],
  rows: { base: { method: 'kd', name: 'Plain' }, kd: { method: 'kd' } },
  baseline: 'base',
  numbers: {
    score: { name: 'Score', format: 'percent', panel: 'table', at: [1, 0] },
    rival: { name: 'Rival', format: 'plain', panel: 'table', at: [0, 1], over: 'epochs' },
  },
  claims: {},
};

describe('the table of a trial', () => {
  const learners = [1, 2, 3].flatMap((seed) => [
    learner('base', seed, 0.4, [0, 2, 0.5, 0]),
    learner('kd', seed, 0.5 + seed / 100, [0, 2, 0.7 + seed / 100, 0]),
  ]);
  const section = (setting: string) =>
    sectionOf([run([learner('teacher', 1, 0.9, []), ...learners])], about, { trial, setting })!;

  test('rows are the students, numbers come from pictures, gains from its baseline', () => {
    const { rows, dataset } = section('one');
    expect(dataset.name).toBe('kd: marks, one');
    expect(rows.map(({ id, name }) => [id, name])).toEqual([
      ['kd', 'kd'],
      ['base', 'Plain'],
    ]);
    expect(rows[0]!.gain!.mean).toBeCloseTo(0.12, 12);
    expect(rows[0]!.metrics['score']!.mean).toBeCloseTo(0.72, 12);
    expect(rows[0]!.metrics['rival']!.mean).toBe(1);
  });

  test('a number is absent where the picture has another shape or is not finite', () => {
    const number = trial.numbers!['score']!;
    const of = (last: readonly number[], shape = [2, 2]) =>
      pictured({ ...learners[0]!, pictures: { table: { shape, last } } }, number);
    expect(of([0, 0, 0.5, 0])).toBe(0.5);
    expect(of([0, 0, 0.5, 0], [4])).toBeUndefined();
    expect(of([0, 0.5], [1, 2])).toBeUndefined();
    expect(of([0, 0, Number.NaN, 0])).toBeUndefined();
    expect(pictured({ ...learners[0]!, pictures: {} }, number)).toBeUndefined();
    expect(pictured(learners[0]!, { ...number, times: 100 })).toBe(50);
  });

  test('claims are judged by seed, on the page in each setting and in their mean', () => {
    const judged = ['one', 'two'].map((setting) => {
      const made = section(setting);
      const claim = { metric: 'accuracy', better: 'higher', against: 'base', verdict: 'shows' } as const;
      const [kd, base] = made.rows;
      return { ...made, rows: [{ ...kd!, claims: [{ ...claim, difference: kd!.gain! }] }, base!] };
    });
    const page = resultsPage({ version: 1, sections: judged });
    expect(page).toContain('## Methods in set-ups of their own');
    expect(page).toContain('### kd: marks, two\n\nIs it so?');
    expect(page).toContain('| kd | `kd` | 52.0% ± 1.0 | +12.0 ± 1.0 |  | 72.0% ± 1.0 | 1.000 ± 0.000 | 3 |');
    expect(page).toContain(
      '- `kd`, kd, over 2 set-ups: **shows**: higher accuracy than `base` (+12.0 ± 1.0).',
    );
  });
});
