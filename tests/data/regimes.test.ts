import { describe, expect, test } from 'vitest';
import type { Choice } from '../../src/core/config';
import { defaults, type Schema } from '../../src/core/params';
import { Rng } from '../../src/core/rng';
import { applyRegimes } from '../../src/data/chain';
import { builtins } from '../../src/data/index';
import { prepare } from '../../src/data/prepare';
import { reportOf } from '../../src/data/regime-report';
import { orderedRegimes, regimes } from '../../src/data/regimes/index';
import { countOf } from '../../src/data/regimes/kit';
import { withTraining } from '../../src/data/subset';
import { ready } from '../../src/share/catalogue';

const choose = (id: string, params: object = {}): Choice => ({
  id,
  params: { ...defaults(regimes.get(id).params), ...params },
});

/** 300 rows in 4 classes of 150, 90, 45 and 15. */
const labels = Int32Array.from(
  { length: 300 },
  (_, i) => Number(i >= 150) + Number(i >= 240) + Number(i >= 285),
);
const source = { labels, classes: 4 };
const counts = (of: Int32Array) => [0, 1, 2, 3].map((label) => of.filter((l) => l === label).length);
const run = (chosen: readonly Choice[], seed = 1, scores?: ArrayLike<number>) =>
  applyRegimes(chosen, source, seed, 'trained', scores);

test('every card is complete and its parameters name their source', () => {
  for (const regime of orderedRegimes) {
    expect(regime.summary.length, regime.id).toBeGreaterThan(20);
    expect(regime.deviations.length, regime.id).toBeGreaterThan(4);
    for (const [key, param] of Object.entries(regime.params as Schema))
      expect(param.source, `${regime.id}.${key}`).toBeTruthy();
  }
  const places = orderedRegimes.map(({ order }) => order);
  expect(new Set(places).size).toBe(places.length);
});

test('no regime: everything as it is', () => {
  const { students, teacher, scored, noisyTeacher } = run([]);
  expect(students).toEqual({ rows: labels.map((_, i) => i), labels });
  expect(teacher).toEqual(students);
  expect([scored, noisyTeacher]).toEqual([undefined, false]);
});

describe('data pruning', () => {
  test.each([0.01, 0.05, 0.1, 0.33, 0.5, 1])('keeps floor(f n + 1/2) images at %f', (share) => {
    expect(run([choose('data-pruning', { share })]).students.rows).toHaveLength(countOf(share, 300));
    const balanced = run([choose('data-pruning', { share: Math.max(share, 0.05), balanced: true })]);
    const f = Math.max(share, 0.05);
    expect(counts(balanced.students.labels)).toEqual([150, 90, 45, 15].map((n) => countOf(f, n)));
  });

  test('the same seed keeps the same images, another seed others', () => {
    const rows = (seed: number) => [...run([choose('data-pruning')], seed).students.rows];
    expect(rows(1)).toEqual(rows(1));
    expect(rows(2)).not.toEqual(rows(1));
    expect(rows(1)).toEqual([...new Set(rows(1))].sort((a, b) => a - b));
  });

  test('by lot every image is equally likely to stay', () => {
    const hits = new Float64Array(300);
    for (let seed = 0; seed < 400; seed++)
      for (const row of run([choose('data-pruning', { share: 0.2 })], seed).students.rows) hits[row]!++;
    // Binomial(400, 0.2): mean 80, deviation 8; 300 of them stay within 5 deviations.
    expect(Math.min(...hits)).toBeGreaterThan(40);
    expect(Math.max(...hits)).toBeLessThan(120);
  });

  test('a score keeps the hardest; what is asked for is said before', () => {
    const chosen = [choose('data-pruning', { share: 0.1, score: 'el2n' })];
    const before = run(chosen);
    expect(before.scored?.need).toEqual({ kind: 'el2n', runs: 2, epochs: 3 });
    expect(before.students.rows).toHaveLength(30);
    const scores = Float32Array.from(labels, (_, i) => -i);
    expect([...run(chosen, 1, scores).students.rows]).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(() => run(chosen, 1, new Float32Array(3))).toThrow('no score');
  });

  test('the teacher sees all, or what is left', () => {
    expect(run([choose('data-pruning')]).teacher.rows).toHaveLength(300);
    const same = run([choose('data-pruning', { teacher: 'same' })]);
    expect(same.teacher).toEqual(same.students);
  });
});

describe('the other regimes', () => {
  test('wrong labels: exactly the share, never the right class, spread over the others', () => {
    const { students } = run([choose('label-noise', { share: 0.4 })]);
    const wrong = students.labels.filter((label, i) => label !== labels[i]);
    expect(wrong).toHaveLength(120);
    expect(students.labels.every((label) => label >= 0 && label < 4)).toBe(true);
    // 60 of class 0 go to three classes: 20 each, deviation below 4.
    const from0 = [...students.labels.subarray(0, 150)].filter((label) => label !== 0);
    for (const label of [1, 2, 3]) expect(from0.filter((l) => l === label).length).toBeGreaterThan(4);
  });

  test('the teacher sees right or wrong labels as asked', () => {
    const clean = run([choose('label-noise', { teacher: 'full' })]);
    expect([clean.teacher.labels, clean.noisyTeacher]).toEqual([labels, false]);
    const noisy = run([choose('label-noise')]);
    expect([noisy.teacher.labels, noisy.noisyTeacher]).toEqual([noisy.students.labels, true]);
  });

  test('long tail: exponential counts of at most what there is', () => {
    const even = { labels: Int32Array.from({ length: 400 }, (_, i) => i % 4), classes: 4 };
    const tail = (factor: number) =>
      counts(applyRegimes([choose('long-tailed', { factor })], even, 1, 'trained').students.labels);
    expect(tail(1)).toEqual([100, 100, 100, 100]);
    expect(tail(8)).toEqual([100, 50, 25, 12]);
    expect(tail(200)).toEqual([100, 17, 2, 1]);
    expect(counts(run([choose('long-tailed', { factor: 1 })]).students.labels)).toEqual([150, 90, 45, 15]);
    const shuffled = applyRegimes([choose('long-tailed', { factor: 8, shuffle: true })], even, 3, 'trained');
    expect(counts(shuffled.students.labels).sort((a, b) => b - a)).toEqual([100, 50, 25, 12]);
  });

  test.each([1, 5, 10, 33, 99])(
    'few labels: floor(f n + 1/2) of each class at %i %%, at least 4',
    (share) => {
      const { students, teacher, pooled } = run([choose('labelled-fraction', { share })]);
      const want = [150, 90, 45, 15].map((n) => Math.max(4, countOf(share / 100, n)));
      expect(counts(students.labels)).toEqual(want);
      expect(pooled).toHaveLength(300 - want.reduce((a, b) => a + b, 0));
      expect([...students.rows, ...pooled].sort((a, b) => a - b)).toEqual([...labels.keys()]);
      expect(students.labels.every((label, i) => label === labels[students.rows[i]!])).toBe(true);
      expect(teacher.rows).toHaveLength(300);
    },
  );

  test('few labels: all of a class that is too small; 100 % hides none; by lot', () => {
    const few = run([choose('labelled-fraction', { share: 1, minimum: 50 })]);
    expect(counts(few.students.labels)).toEqual([50, 50, 45, 15]);
    const all = run([choose('labelled-fraction', { share: 100 })]);
    expect([all.students.rows.length, all.pooled.length]).toEqual([300, 0]);
    const rows = (seed: number) => [...run([choose('labelled-fraction')], seed).students.rows];
    expect(rows(1)).toEqual(rows(1));
    expect(rows(2)).not.toEqual(rows(1));
  });

  test('few labels of what is left: wrong labels vanish with them, pruned images are in no pool', () => {
    const { students, pooled } = run([
      choose('long-tailed', { factor: 4, teacher: 'same' }),
      choose('labelled-fraction', { share: 20, minimum: 1 }),
      choose('data-pruning', { share: 0.5 }),
    ]);
    const tail = run([choose('long-tailed', { factor: 4 })]).students.rows;
    const left = new Set(tail);
    expect([...students.rows, ...pooled].every((row) => left.has(row))).toBe(true);
    expect(pooled.some((row) => students.rows.includes(row))).toBe(false);
    expect(pooled.length + students.rows.length).toBeLessThan(tail.length);
  });

  test('few shots: so many of each, or all of a smaller class', () => {
    expect(counts(run([choose('few-shot', { shots: 20 })]).students.labels)).toEqual([20, 20, 20, 15]);
  });
});

describe('together', () => {
  const all = [
    choose('label-noise', { share: 0.2 }),
    choose('long-tailed', { factor: 4, teacher: 'same' }),
    choose('data-pruning', { share: 0.5 }),
  ];

  test('wrong labels first, then the tail, then pruning; the teacher stops where it is told', () => {
    const { students, teacher } = run(all);
    const tail = run(all.slice(0, 2)).students;
    expect(teacher).toEqual(tail);
    expect(students.rows).toHaveLength(countOf(0.5, tail.rows.length));
    const label = new Map([...tail.rows].map((row, i) => [row, tail.labels[i]]));
    students.rows.forEach((row, i) => {
      expect(label.get(row)).toBe(students.labels[i]);
    });
  });

  test.each([
    [[choose('few-shot'), choose('long-tailed')], 'trained', 'Use one of the two'],
    [[choose('data-pruning')], 'online', 'Train it first'],
    [[choose('data-pruning', { score: 'margin' })], 'online', 'Train it first'],
    [[choose('data-pruning', { score: 'entropy', teacher: 'same' })], 'trained', 'choose another score'],
    [[choose('data-pruning', { score: 'forgetting', epochs: 1 })], 'trained', 'at least 2 epochs'],
    [[choose('few-shot'), choose('labelled-fraction')], 'trained', 'Use one of the two'],
    [[choose('labelled-fraction')], 'online', 'Train it first'],
    [[choose('label-noise', { teacher: 'full' })], 'online', 'Train it first'],
    [
      [choose('few-shot', { shots: 1 }), choose('data-pruning', { share: 0.1 })],
      'trained',
      'leaves no training image',
    ],
  ] as const)('what does not go together is refused with a reason', (chosen, teacher, reason) => {
    expect(() => applyRegimes(chosen, source, 1, teacher)).toThrow(reason);
  });

  test('what does go together is not refused', () => {
    const kept = choose('data-pruning', { teacher: 'same' });
    expect(applyRegimes([kept], source, 1, 'online').students.rows).toHaveLength(60);
    const saved = choose('data-pruning', { score: 'margin', teacher: 'same' });
    expect(applyRegimes([saved], source, 1, 'saved').students.rows).toHaveLength(60);
  });
});

describe('the data set', () => {
  const { dataset: set, data } = ready;
  if (set.source !== 'builtin') throw new Error('the ready set-up has built-in data');
  const raw = builtins.get(set.id).generate({ ...set.params, count: 300 }, 1, 8);
  const dataset = prepare(raw, { ...data, size: 8 });
  const { train } = dataset.splits;
  const from = { labels: train.labels, classes: dataset.classNames.length };
  const chosen = [
    choose('label-noise', { teacher: 'full' }),
    choose('data-pruning', { share: 0.1, score: 'el2n' }),
  ];

  test('validation, test and the input are never touched; images go with their labels', () => {
    const copy = structuredClone(dataset);
    const { students } = applyRegimes(chosen, from, 1, 'trained', new Float32Array(train.count));
    const part = withTraining(dataset, students);
    expect(dataset).toEqual(copy);
    expect(part.splits.validation).toBe(dataset.splits.validation);
    expect(part.splits.test).toBe(dataset.splits.test);
    expect(part.statistics).toBe(dataset.statistics);
    expect(part.splits.train.count).toBe(countOf(0.1, train.count));
    students.rows.forEach((row, i) => {
      expect(part.splits.train.pixels.subarray(i * 64, i * 64 + 64)).toEqual(
        train.pixels.subarray(row * 64, row * 64 + 64),
      );
    });
    expect(part.splits.train.labels).toEqual(students.labels);
  });

  test('rows know that they were given a wrong label, also when others are dropped', () => {
    const { students } = applyRegimes(chosen, from, 1, 'trained', new Float32Array(train.count));
    const { relabelled } = withTraining(dataset, students);
    const wrong = Array.from(students.rows, (row, i) => Number(train.labels[row] !== students.labels[i]));
    expect([...relabelled!]).toEqual(wrong);
    expect(new Set(wrong)).toEqual(new Set([0, 1]));
    const fewer = applyRegimes([choose('few-shot')], from, 1, 'trained').students;
    expect(withTraining(dataset, fewer).relabelled).toBeUndefined();
  });

  test('a share of 1 is the data set itself, so the run is the same bit for bit', () => {
    const { students } = applyRegimes([choose('data-pruning', { share: 1 })], from, 1, 'trained');
    expect(withTraining(dataset, students)).toBe(dataset);
  });

  test('the report counts what happened', () => {
    const rng = new Rng(3);
    const scores = Float64Array.from(train.labels, () => rng.uniform());
    const outcome = applyRegimes(chosen, from, 1, 'trained', scores);
    const preview = reportOf(chosen, dataset, applyRegimes(chosen, from, 1, 'trained'), undefined);
    expect([preview.after, preview.pictures, preview.students]).toEqual([
      undefined,
      undefined,
      countOf(0.1, train.count),
    ]);
    expect(preview.wrong).toMatchObject({ students: undefined, teacher: 0 });
    const cost = { milliseconds: 5, steps: 9 };
    const report = reportOf(chosen, dataset, outcome, { cost, scores });
    expect(report).toMatchObject({ regimes: ['label-noise', 'data-pruning'], cost, teacher: train.count });
    expect(report.after!.reduce((a, b) => a + b, 0)).toBe(report.students);
    expect(report.before.reduce((a, b) => a + b, 0)).toBe(train.count);
    expect(report.wrong!.before).toBeCloseTo(0.2, 2);
    expect(report.wrong!.teacher).toBe(0);
    const right = outcome.students.rows.filter(
      (row, i) => train.labels[row] === outcome.students.labels[i],
    ).length;
    expect(report.wrong!.students).toBeCloseTo(1 - right / report.students, 12);
    const [kept, dropped] = [report.pictures!.kept, report.pictures!.dropped].map((list) =>
      list.map((p) => p.score!),
    );
    expect(Math.min(...kept!)).toBeGreaterThan(Math.max(...dropped!));
    expect(kept![0]).toBe(Math.max(...scores));
  });
});
