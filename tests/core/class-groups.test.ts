import { describe, expect, it } from 'vitest';
import { evenSizes, groupsByLot, groupsByName, groupsOf } from '../../src/core/class-groups';

describe('groups that a data set says', () => {
  const labels = [0, 0, 1, 2, 2, 3];

  it('are columns that every class lies in one value of, fewer groups first', () => {
    const fine = { name: 'script', names: ['a', 'b', 'c'], values: [0, 0, 1, 2, 2, 2] };
    const coarse = { name: 'family', names: ['x', 'y'], values: [1, 1, 0, 1, 1, 1] };
    expect(groupsOf([fine, coarse], labels, 4)).toEqual([
      { name: 'family', names: ['y', 'x'], of: [0, 1, 0, 0] },
      { name: 'script', names: ['a', 'b', 'c'], of: [0, 1, 2, 2] },
    ]);
  });

  it.each([
    ['parts a class', [0, 1, 1, 0, 0, 1]],
    ['leaves a row out', [0, 0, 1, 0, -1, 1]],
    ['is one value', [0, 0, 0, 0, 0, 0]],
  ])('no column that %s', (_, values) => {
    expect(groupsOf([{ name: 'other', names: ['x', 'y'], values }], labels, 4)).toEqual([]);
  });

  it('no column as fine as the classes, and none that misses one', () => {
    const column = { name: 'same', names: ['a', 'b', 'c', 'd'], values: [0, 0, 1, 2, 2, 3] };
    expect(groupsOf([column], labels, 4)).toEqual([]);
    expect(groupsOf([{ ...column, values: [0, 0, 1, 1, 1, 1] }], labels, 5)).toEqual([]);
  });
});

it('groups by what names begin with', () => {
  expect(groupsByName(['Greek/a', 'Greek/b', 'Latin/a'])).toMatchObject({ of: [0, 0, 1] });
  expect(groupsByName(['red circle', 'red square', 'blue circle'])).toMatchObject({
    names: ['red', 'blue'],
    of: [0, 0, 1],
  });
  expect(groupsByName(['cat', 'dog'])).toBeUndefined();
  expect(groupsByName(['3', '4'])).toBeUndefined();
});

it('draws groups of even sizes, the same for one seed', () => {
  expect(evenSizes(10, 4)).toEqual([3, 3, 2, 2]);
  expect(evenSizes(2, 5)).toEqual([1, 1]);
  const { of, names } = groupsByLot(10, 4, 3);
  expect(names.map((_, group) => of.filter((g) => g === group).length)).toEqual([3, 3, 2, 2]);
  expect(groupsByLot(10, 4, 3)).toEqual(groupsByLot(10, 4, 3));
  expect(groupsByLot(10, 4, 4).of).not.toEqual(of);
});
