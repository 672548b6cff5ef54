import { describe, expect, test } from 'vitest';
import { bytes, duration, percent, short } from '../../src/core/format';
import {
  boolean,
  check,
  choice,
  defaults,
  difference,
  integer,
  number,
  type Problem,
} from '../../src/core/params';
import { registry } from '../../src/core/registry';
import { hash, hashText, pcg, Rng } from '../../src/core/rng';

const schema = {
  rate: number('Rate', 0.1, { min: 0, max: 1 }),
  depth: integer('Depth', 3, { min: 1, max: 9 }),
  flip: boolean('Flip', false),
  kind: choice('Kind', 'a', { a: 'First', b: 'Second' }),
};

describe('parameters', () => {
  test('what is missing takes its default, silently', () => {
    const problems: Problem[] = [];
    expect(check(schema, { depth: 5 }, 'x', problems)).toEqual({ ...defaults(schema), depth: 5 });
    expect(check(schema, undefined, 'x', problems)).toEqual(defaults(schema));
    expect(problems).toEqual([]);
  });

  test.each([
    [{ rate: 2 }, 'x.rate', { rate: 1 }],
    [{ rate: -1 }, 'x.rate', { rate: 0 }],
    [{ rate: Number.NaN }, 'x.rate', { rate: 0.1 }],
    [{ depth: 2.6 }, 'x.depth', { depth: 3 }],
    [{ depth: '4' }, 'x.depth', { depth: 3 }],
    [{ flip: 1 }, 'x.flip', { flip: false }],
    [{ kind: 'c' }, 'x.kind', { kind: 'a' }],
    [{ kind: 'toString' }, 'x.kind', { kind: 'a' }],
    [{ speed: 1 }, 'x.speed', {}],
    [JSON.parse('{"__proto__": 1}'), 'x.__proto__', {}],
    [[1], 'x', {}],
    [null, 'x', {}],
  ])('%j is named and replaced', (raw, path, held) => {
    const problems: Problem[] = [];
    expect(check(schema, raw, 'x', problems)).toEqual({ ...defaults(schema), ...held });
    expect(problems.map((p) => p.path)).toEqual([path]);
  });

  test('the difference holds only what was changed and is known', () => {
    expect(difference(schema, { ...defaults(schema), flip: true })).toEqual({ flip: true });
    expect(difference(schema, { other: 1 })).toEqual({});
  });
});

describe('registry', () => {
  const card = (id: string, name = id) => ({ id, name, summary: '' });

  test('is sorted by name and found by id', () => {
    const cards = registry('card', { './b.ts': card('b', 'Alpha'), './a.ts': card('a', 'Beta') });
    expect(cards.all.map((c) => c.id)).toEqual(['b', 'a']);
    expect([cards.has('a'), cards.has('toString')]).toEqual([true, false]);
    expect(() => cards.get('c')).toThrow("There is no card 'c'. Known: a, b.");
  });

  test('a file must carry the id it is named by', () => {
    expect(() => registry('card', { './a.ts': card('b') })).toThrow(/must export id 'a', found 'b'/);
  });
});

describe('random numbers', () => {
  test('are those of the published hash', () => {
    // Computed with 64 bit integers in Python from the definition in the paper (PCG-RXS-M-XS 32).
    expect([0, 1, 2, 12345, 0xffffffff].map(pcg)).toEqual([
      129708002, 2831084092, 2055130248, 4099845390, 3861530882,
    ]);
  });

  test('depend on seed, stream and position only', () => {
    const draw = (rng: Rng) => Array.from({ length: 5 }, () => rng.word());
    expect(draw(new Rng(1, 'a'))).toEqual(draw(new Rng(1, 'a')));
    expect(draw(new Rng(1, 'a'))).not.toEqual(draw(new Rng(1, 'b')));
    expect(draw(new Rng(1, 'a'))).not.toEqual(draw(new Rng(2, 'a')));
    expect(hash(1, 2)).not.toBe(hash(2, 1));
    expect(hashText('a')).toBe(0xe40c292c);
  });

  test('have the moments they should have', () => {
    const rng = new Rng(3);
    const n = 20_000;
    const uniform = Array.from({ length: n }, () => rng.uniform());
    const normal = Array.from({ length: n }, () => rng.normal());
    const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
    // Five standard errors of each estimate.
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(mean(normal))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
  });

  test('a permutation holds every number once', () => {
    const order = new Rng(4).permutation(100);
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe('formats', () => {
  test('sizes, shares, times and numbers', () => {
    expect([999, 1500, 123456, 5e9].map(bytes)).toEqual(['999 B', '1.5 kB', '123 kB', '5.0 GB']);
    expect(percent(0.12345)).toBe('12.3%');
    expect([1, 31, 61, 3700, Number.NaN].map(duration)).toEqual([
      '5 s',
      '35 s',
      '2 min',
      '1 h 2 min',
      'unknown',
    ]);
    expect([1.23456, 100, 0.00012346, Number.NaN].map(short)).toEqual(['1.235', '100', '0.0001235', 'NaN']);
  });
});
