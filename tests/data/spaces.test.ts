import { describe, expect, test } from 'vitest';
import type { Choice } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { applyRegimes } from '../../src/data/chain';
import type { Dataset, SplitName } from '../../src/data/dataset';
import { groupClasses } from '../../src/data/group-classes';
import { builtins } from '../../src/data/index';
import { prepare, SPLITS } from '../../src/data/prepare';
import { refusalOf, regimes } from '../../src/data/regimes/index';
import { labelOf, sidesOf } from '../../src/data/spaces';
import { ready } from '../../src/share/catalogue';
import { RunData } from '../../src/trainer/regime';

const choose = (id: string, params: object = {}): Choice => ({
  id,
  params: { ...defaults(regimes.get(id).params), ...params },
});
const divide = (params: object = {}) => [choose('label-space-split', params)];
const made = (id: string, count: number, groups = false): Dataset => {
  const builtin = builtins.get(id);
  const raw = builtin.generate({ ...defaults(builtin.params), count }, 1, 8);
  return prepare(groups ? groupClasses(raw, 'three', 1) : raw, ready.data);
};
const glyphs = made('glyphs', 300);
const shapes = made('shapes', 240);
const rowsOf = ({ pixels, count }: { pixels: Uint8Array; count: number }): string[] => {
  const one = pixels.length / count;
  return Array.from({ length: count }, (_, i) => pixels.subarray(i * one, (i + 1) * one).join());
};

describe('different classes', () => {
  test.each([0.3, 0.5, 0.8])('every image is on the side of its class and on no other, at %f', (share) => {
    const { teacher, students } = sidesOf(divide({ share }), glyphs, 1)!;
    expect(teacher.classNames).toHaveLength(Math.round(share * 10));
    expect([...teacher.classNames, ...students.classNames].sort()).toEqual([...glyphs.classNames].sort());
    for (const split of SPLITS) {
      const rows = [...teacher.origin![split], ...students.origin![split]].sort((a, b) => a - b);
      expect(rows).toEqual([...glyphs.splits[split].labels.keys()]);
      for (const side of [teacher, students]) {
        const { labels, count } = side.splits[split];
        expect(count).toBe(side.origin![split].length);
        const before = rowsOf(glyphs.splits[split]);
        rowsOf(side.splits[split]).forEach((pixels, i) => {
          const row = side.origin![split][i]!;
          expect(pixels).toBe(before[row]);
          expect(side.classNames[labels[i]!]).toBe(glyphs.classNames[glyphs.splits[split].labels[row]!]);
          expect(labelOf(side, split, row)).toBe(labels[i]);
        });
      }
      expect(labelOf(teacher, split, students.origin![split][0]!)).toBeUndefined();
    }
  });

  test('no split of one side holds an image of another split or of the other side', () => {
    const { teacher, students } = sidesOf(divide(), glyphs, 1)!;
    const origins = (split: SplitName) => new Set(rowsOf(glyphs.splits[split]));
    const held = new Set([...origins('validation'), ...origins('test')]);
    for (const side of [teacher, students])
      for (const pixels of rowsOf(side.splits.train)) expect(held.has(pixels)).toBe(false);
    const taught = new Set(SPLITS.flatMap((split) => rowsOf(teacher.splits[split])));
    for (const split of SPLITS)
      for (const pixels of rowsOf(students.splits[split])) expect(taught.has(pixels)).toBe(false);
  });

  test('in order the first classes are the teacher’s; by lot the seed decides', () => {
    expect(sidesOf(divide({ lot: false }), glyphs, 1)!.teacher.classNames).toEqual(
      glyphs.classNames.slice(0, 5),
    );
    const names = (seed: number) => sidesOf(divide(), glyphs, seed)!.teacher.classNames;
    expect(names(1)).toEqual(names(1));
    expect(new Set([1, 2, 3, 4].map((seed) => names(seed).join())).size).toBeGreaterThan(1);
  });

  test('a narrower teacher knows some of the same classes, and the students’ side stays', () => {
    const at = (breadth: number) => sidesOf(divide({ share: 0.6, breadth }), glyphs, 1)!;
    expect(at(3).teacher.classNames).toHaveLength(3);
    for (const name of at(3).teacher.classNames) expect(at(5).teacher.classNames).toContain(name);
    expect(at(3).students).toEqual(at(0).students);
    expect(() => at(1)).toThrow('at least 2 classes');
  });

  test('two classes stay on either side, or it is refused', () => {
    const { train } = glyphs.splits;
    expect(
      sidesOf(divide({ share: 0.9 }), { ...glyphs, classNames: glyphs.classNames }, 1)!.students.classNames,
    ).toHaveLength(2);
    const labels = train.labels.map((label) => label % 3);
    const three = { ...glyphs, splits: { ...glyphs.splits, train: { ...train, labels } } };
    expect(() => sidesOf(divide(), three, 1)).toThrow('take 4 classes');
  });
});

describe('groups of classes, then the classes', () => {
  test('groups by lot differ by at most one class and lose no image', () => {
    const { teacher, students } = sidesOf(divide({ way: 'groups', groups: 3 }), glyphs, 1)!;
    expect(teacher.classNames).toHaveLength(3);
    expect(students.classNames).toEqual(glyphs.classNames);
    const groupOf = new Map<number, number>();
    for (const split of SPLITS) {
      expect(teacher.splits[split].count).toBe(glyphs.splits[split].count);
      glyphs.splits[split].labels.forEach((label, row) => {
        const group = teacher.splits[split].labels[row]!;
        expect(groupOf.get(label) ?? group).toBe(group);
        groupOf.set(label, group);
      });
    }
    const sizes = [0, 1, 2].map((group) => [...groupOf.values()].filter((g) => g === group).length);
    expect(sizes.sort()).toEqual([3, 3, 4]);
  });

  test('folders above the classes are the groups; without any it says what to do', () => {
    const groups = [
      { name: 'top folder', names: ['low', 'high'], of: glyphs.classNames.map((_, i) => Number(i > 4)) },
    ];
    const { teacher } = sidesOf(divide({ way: 'groups' }), { ...glyphs, groups }, 1)!;
    expect(teacher.classNames).toEqual(['low', 'high']);
    expect([...teacher.splits.test.labels]).toEqual([...glyphs.splits.test.labels].map((l) => Number(l > 4)));
    // Half of the classes keep the groups they are in.
    const half = sidesOf(divide({ lot: false, share: 0.7 }), { ...glyphs, groups }, 1)!.teacher;
    expect(half.groups).toEqual([{ name: 'top folder', names: ['low', 'high'], of: [0, 0, 0, 0, 0, 1, 1] }]);
    expect(() => sidesOf(divide({ way: 'groups' }), glyphs, 1)).toThrow('Say how many groups');
    expect(() => sidesOf(divide({ way: 'groups', groups: 10 }), glyphs, 1)).toThrow('2 to 9 groups');
  });
});

describe('two ways to label the same images', () => {
  test('generated scenes keep their properties in every split', () => {
    const ways = shapes.labellings!;
    expect(ways.map(({ name }) => name)).toEqual(['shape', 'colour', 'texture', 'position']);
    for (const split of SPLITS) expect(ways[0]!.values[split]).toEqual(shapes.splits[split].labels);
    const { teacher, students } = sidesOf(divide({ way: 'labellings', teacher: 3, students: 0 }), shapes, 1)!;
    expect(teacher.classNames).toEqual(ways[2]!.classNames);
    expect(teacher.splits.validation.labels).toEqual(ways[2]!.values.validation);
    expect(students.splits).toEqual(shapes.splits);
    expect(() => sidesOf(divide({ way: 'labellings', teacher: 9 }), shapes, 1)).toThrow('There is: 0 class');
    expect(() => sidesOf(divide({ way: 'labellings', teacher: 2, students: 2 }), shapes, 1)).toThrow(
      'Choose two',
    );
  });

  test('groups by lot remember the finer class, by name', () => {
    const grouped = made('glyphs', 120, true);
    expect(grouped.labellings).toMatchObject([{ name: 'finer class', classNames: glyphs.classNames }]);
  });
});

describe('with other regimes', () => {
  const config = (chosen: readonly Choice[]) => ({ ...ready, regimes: chosen });

  test('few shots are of the students’ classes, the teacher keeps all of its own', () => {
    const data = new RunData(config([...divide(), choose('few-shot', { shots: 4 })]), glyphs);
    expect(data.students.splits.train.count).toBe(4 * 5);
    expect(data.students.classNames).toEqual(data.full.classNames);
    expect(data.teacher.splits.train.count).toBe(sidesOf(divide(), glyphs, 1)!.teacher.splits.train.count);
    expect(data.students.splits.test).toBe(data.full.splits.test);
    const report = data.report(undefined);
    expect(report).toMatchObject({ students: 20, teacher: data.teacher.splits.train.count });
    expect(report.spaces?.students.counts.test).toBe(data.full.splits.test.count);
    // Where rows are in the whole set survives the second choice.
    data.students.origin!.train.forEach((row, i) => {
      expect(data.full.classNames[data.students.splits.train.labels[i]!]).toBe(
        glyphs.classNames[glyphs.splits.train.labels[row]!],
      );
    });
  });

  test('epochs of the teacher are epochs over its own images', () => {
    const data = new RunData(config(divide({ share: 0.7 })), glyphs);
    const budget = data.budget(data.teacher, 5);
    expect(budget).toEqual({
      stepsPerEpoch: Math.floor(data.teacher.splits.train.count / ready.training.batchSize) || 1,
      epochs: 5,
      evaluateEvery: 1,
    });
  });

  test('what contradicts it is refused with the way out', () => {
    expect(refusalOf(divide(), 'online')).toContain('Train it first');
    expect(refusalOf([...divide(), choose('long-tailed')], 'trained')).toContain('Let it see all');
    expect(refusalOf([...divide(), choose('long-tailed', { teacher: 'full' })], 'trained')).toBeUndefined();
    expect(refusalOf([...divide(), choose('two-domains')], 'trained')).toContain('Use one of the two');
    const asks = [...divide(), choose('data-pruning', { score: 'entropy' })];
    expect(refusalOf(asks, 'trained')).toContain('Choose another score');
    expect(() => applyRegimes(asks, { labels: new Int32Array(4), classes: 2 }, 1, 'trained')).toThrow();
  });
});
