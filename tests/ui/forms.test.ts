import { describe, expect, it } from 'vitest';
import { boolean, choice, number } from '../../src/core/params';
import { methods } from '../../src/methods/index';
import { helpOf } from '../../src/ui/controls/help';
import { FAMILIES, findMethods, mainParams } from '../../src/ui/rail/cards';

describe('the method picker', () => {
  const ids = (search: string, family = '') => findMethods(methods.all, search, family).map((m) => m.id);
  it('finds by name, author and year, all words needed, in any case', () => {
    expect(ids('DECOUPLED')).toContain('dkd');
    expect(ids('hinton')).toContain('kd');
    expect(ids('hinton 2015')).toContain('kd');
    expect(ids('hinton 1999')).toEqual([]);
  });
  it('shows everything for an empty search, and one family when asked', () => {
    expect(ids('  ')).toHaveLength(methods.all.length);
    expect(ids('', 'features')).toContain('fitnet');
    expect(ids('', 'features')).not.toContain('kd');
  });
  it('has a word for the family of every method', () => {
    for (const method of methods.all) expect(FAMILIES[method.family], method.id).toBeTruthy();
  });
});

describe('forms', () => {
  it('puts the first two plain numbers on the card', () => {
    const schema = {
      mode: choice('Mode', 'a', { a: 'A' }),
      hidden: number('Hidden', 1, { min: 0, max: 2, advanced: true }),
      one: number('One', 1, { min: 0, max: 2 }),
      two: number('Two', 1, { min: 0, max: 2 }),
      three: number('Three', 1, { min: 0, max: 2 }),
    };
    expect(mainParams(schema)).toEqual(['one', 'two']);
    expect(mainParams({ mode: schema.mode })).toEqual([]);
  });
  it('says where a default comes from', () => {
    expect(helpOf(number('T', 4, { min: 1, max: 9, help: 'Softens.', source: 'paper' }))).toBe(
      'Softens. Default 4, from the paper.',
    );
    expect(helpOf(boolean('B', true))).toBe('Default true.');
  });
});
