import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { FINER, groupClasses } from '../../src/data/group-classes';
import { builtins } from '../../src/data/index';
import { prepare } from '../../src/data/prepare';

const glyphs = builtins.get('glyphs');
const raw = glyphs.generate({ ...defaults(glyphs.params), count: 200 }, 1, 8);
const values = { size: 8, validation: 0.1, test: 0.2, splitSeed: 1 };

describe('classes in groups', () => {
  it.each([
    ['two', [5, 5]],
    ['three', [4, 3, 3]],
    ['four', [3, 3, 2, 2]],
    ['five', [2, 2, 2, 2, 2]],
  ] as const)('%s: every class is in one group, and sizes differ by one at most', (wanted, sizes) => {
    const { labels, classNames, attributes } = groupClasses(raw, wanted, 1);
    const members = classNames.map(
      (_, group) => new Set([...raw.labels].filter((_, row) => labels[row] === group)),
    );
    expect(members.map(({ size }) => size).sort((a, b) => b - a)).toEqual(sizes);
    expect(new Set(members.flatMap((set) => [...set])).size).toBe(10);
    expect(attributes?.[FINER]).toEqual(raw.labels);
  });

  it('hang on the seed, and on nothing else', () => {
    expect(groupClasses(raw, 'two', 7).labels).toEqual(groupClasses(raw, 'two', 7).labels);
    expect(groupClasses(raw, 'two', 7).labels).not.toEqual(groupClasses(raw, 'two', 8).labels);
  });

  it('leave everything alone where there is nothing to group', () => {
    expect(groupClasses(raw, 'all', 1)).toBe(raw);
    const few = groupClasses(groupClasses(raw, 'three', 1), 'five', 1);
    expect(few.classNames).toHaveLength(3);
    expect(few.notes?.at(-1)).toMatch(/3 classes are not more than 5/);
  });

  it('keep the finer class of every training image, and of no other', () => {
    const { attributes, splits, classNames } = prepare(groupClasses(raw, 'two', 1), values);
    expect(attributes?.[FINER]).toHaveLength(splits.train.count);
    expect(classNames).toHaveLength(2);
    const group = new Map<number, number>();
    attributes?.[FINER]?.forEach((finer, row) => {
      const label = splits.train.labels[row] as number;
      expect(group.get(finer) ?? label).toBe(label);
      group.set(finer, label);
    });
    expect(group.size).toBe(10);
  });
});
