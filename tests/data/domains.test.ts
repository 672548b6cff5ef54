/** Several data sets in one set-up: fitted to the first, counted exactly, and without labels where none may be. */
import { describe, expect, it } from 'vitest';
import { matchClasses } from '../../src/core/class-match';
import { dataSchema } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { applyRegimes } from '../../src/data/chain';
import { alignClasses, compose, mismatch, shifted, withChannels } from '../../src/data/domains';
import { builtins } from '../../src/data/index';
import type { RawImages } from '../../src/data/kit';
import { prepare } from '../../src/data/prepare';
import { drawsOf, refusalOf } from '../../src/data/regimes/index';
import { shifts } from '../../src/data/shifts/index';
import { methods, objectionOf, refusalOf as refusalOfMethod } from '../../src/methods/index';

const data = { ...defaults(dataSchema), size: 8 };
const generate = (id: string, seed: number, count = 200) => {
  const builtin = builtins.get(id);
  return builtin.generate({ ...defaults(builtin.params), count }, seed, 8);
};
const choice = (id: string) => ({ id, params: defaults(shifts.get(id).params) });

/** `counts[k]` images of class k; every byte of an image is its number, counted from `from`. */
function numbered(
  classNames: readonly string[],
  counts: readonly number[],
  { channels = 1, from = 0 }: { channels?: 1 | 3; from?: number } = {},
): RawImages {
  const labels = Int32Array.from(counts.flatMap((n, label) => new Array<number>(n).fill(label)));
  const one = 4 * channels;
  const pixels = Uint8Array.from({ length: labels.length * one }, (_, i) => from + Math.floor(i / one));
  return { name: 'set', shape: { height: 2, width: 2, channels }, pixels, labels, classNames };
}
const small = { ...data, size: 2 };

describe('classes by name', () => {
  it('are equal whatever their case and joints; what differs is named', () => {
    const match = matchClasses(['T-shirt', 'Dress', 'Shoe'], ['ankle boot', 't_shirt', 'dress']);
    expect(match).toEqual({
      numbers: [-1, 0, 1],
      shared: ['T-shirt', 'Dress'],
      onlyFirst: ['Shoe'],
      onlySecond: ['ankle boot'],
    });
    // Two classes that differ by case only are two classes, and neither is guessed.
    expect(matchClasses(['a', 'b'], ['A', 'a']).numbers).toEqual([-1, 0]);
  });

  it('are refused with the names and the way out', () => {
    expect(mismatch(['cat', 'dog', 'cow'], ['dog', 'hen'])).toMatch(/no class called 'hen'.*'cat', 'cow'/);
    expect(mismatch(['cat', 'dog'], ['dog', 'cat', 'hen'])).toMatch(/leave these classes out/);
    expect(mismatch(['cat', 'dog'], ['dog'])).toMatch(/Only 'dog' is in both/);
    expect(mismatch(['cat', 'dog', 'cow'], ['Dog', 'cat'])).toBeUndefined();
    const bad = numbered(['cat', 'hen'], [2, 2]);
    expect(() => alignClasses(bad, ['cat', 'dog'])).toThrow(/Target domain 'set'.*'hen'/);
  });

  it('take the numbers of the first set', () => {
    const aligned = alignClasses(numbered(['dog', 'cat'], [2, 1]), ['cat', 'cow', 'dog']);
    expect([...aligned.labels]).toEqual([2, 2, 0]);
    expect(aligned.classNames).toEqual(['cat', 'cow', 'dog']);
  });
});

describe('grey beside colour', () => {
  it('is bridged both ways', () => {
    const grey = numbered(['a', 'b'], [3, 3]);
    const colour = withChannels(grey, 3);
    expect([colour.shape.channels, colour.pixels.length]).toEqual([3, 72]);
    expect(withChannels(colour, 1)).toEqual(grey);
  });
});

describe.each(shifts.all.map(({ id }) => id))('shift %s', (id) => {
  const raw = generate('shapes', 1, 200);
  it('changes most images, keeps size and labels, and is the same every time', () => {
    const once = shifted(raw, choice(id), 5);
    expect(shifted(raw, choice(id), 5).pixels).toEqual(once.pixels);
    expect([once.pixels.length, once.labels]).toEqual([raw.pixels.length, raw.labels]);
    const one = 8 * 8 * raw.shape.channels;
    const same = [...raw.labels.keys()].filter((row) =>
      raw.pixels
        .subarray(row * one, (row + 1) * one)
        .every((value, i) => value === once.pixels[row * one + i]),
    );
    expect(same.length).toBeLessThan(20);
  });
  it('says where it would change nothing', () => {
    const grey = numbered(['a', 'b'], [3, 3]);
    if (shifts.get(id).needsColour) expect(() => shifted(grey, choice(id), 1)).toThrow(/grey images/);
    else expect(shifted(grey, choice(id), 1).pixels).toHaveLength(grey.pixels.length);
  });
});

describe('inversion, exactly', () => {
  it('is its own inverse', () => {
    const raw = generate('glyphs', 1);
    expect(shifted(shifted(raw, choice('invert'), 1), choice('invert'), 1).pixels).toEqual(raw.pixels);
  });
});

describe('two domains', () => {
  const first = prepare(numbered(['a', 'b'], [40, 20]), small);
  const target = prepare(numbered(['a', 'b'], [30, 10]), small);
  const drawing = drawsOf([{ id: 'two-domains' }])!;
  const seen = compose(first, { dataset: target, derived: false }, drawing);

  it('trains on the first set, pools the training images of the target, tests on the others', () => {
    expect(seen.splits.train).toBe(first.splits.train);
    expect(seen.splits.validation).toBe(target.splits.validation);
    expect(seen.splits.test).toBe(target.splits.test);
    expect(seen.pool?.count).toBe(target.splits.train.count);
    expect(seen.pool?.pixels).toEqual(target.splits.train.pixels);
    const { train, validation, test } = target.splits;
    expect([train.count, validation.count, test.count]).toEqual([26, 6, 8]);
  });

  it('leaves nothing of the pool in a test, and no label of it anywhere', () => {
    const held = new Set([...seen.splits.validation.pixels, ...seen.splits.test.pixels]);
    expect([...seen.pool!.pixels].filter((number) => held.has(number))).toEqual([]);
    expect(Object.keys(seen.pool!).sort()).toEqual(['count', 'name', 'pixels']);
    const wrong = { ...target.splits.train, labels: target.splits.train.labels.map((label) => 1 - label) };
    const other = { ...target, splits: { ...target.splits, train: wrong } };
    expect(compose(first, { dataset: other, derived: false }, drawing)).toEqual(seen);
  });

  it('is told from the first set alone by its fingerprint', () => {
    expect(seen.fingerprint).not.toBe(first.fingerprint);
    expect(seen.fingerprint).not.toBe(target.fingerprint);
    expect(seen.statistics).toBe(first.statistics);
  });

  it('is combined with what changes labelled images', () => {
    const { labels } = seen.splits.train;
    const few = { id: 'few-shot', params: { shots: 5, teacher: 'full', budget: 'updates' } };
    const out = applyRegimes([{ id: 'two-domains', params: {} }, few], { labels, classes: 2 }, 1, 'trained');
    expect([out.students.rows.length, out.teacher.rows.length]).toEqual([10, first.splits.train.count]);
  });
});

describe('a shifted pool', () => {
  const first = prepare(numbered(['a', 'b'], [40, 20]), small);
  const drawing = drawsOf([{ id: 'shifted-pool' }])!;

  it('holds all images of a foreign set, whose validation and test are then nobody’s', () => {
    const other = prepare(numbered(['x', 'y', 'z'], [10, 10, 10], { from: 100 }), small);
    const seen = compose(first, { dataset: other, derived: false }, drawing);
    expect(seen.pool?.count).toBe(30);
    expect([...new Set(seen.pool!.pixels)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, i) => 100 + i),
    );
    expect(seen.splits).toEqual(first.splits);
    expect(seen.classNames).toBe(first.classNames);
  });

  it('leaves out what the first set is tested on, and is refused when nothing is left', () => {
    const again = prepare(numbered(['x', 'y'], [40, 20]), small);
    const seen = compose(first, { dataset: again, derived: false }, drawing);
    expect(seen.pool?.count).toBe(first.splits.train.count);
    const { test } = first.splits;
    const none = { ...again, splits: { train: test, validation: test, test } };
    expect(() => compose(first, { dataset: none, derived: false }, drawing)).toThrow(/none is left/);
  });

  it('hides labelled images from students: methods that read them are refused, with the way out', () => {
    const kd = { id: 'kd', params: {} };
    const around = { teacher: 'trained', pool: true, hidden: true } as const;
    expect(refusalOfMethod(kd, around)).toMatch(/hides them from students. Choose a method/);
    expect(refusalOfMethod(kd, { ...around, hidden: false })).toBeUndefined();
    const card = { ...methods.get('kd'), roles: { images: 'pool' } } as const;
    expect(objectionOf(card, around)).toBeUndefined();
  });

  it('holds the training images only of a shift, since the others are tested on', () => {
    const other = prepare(shifted(numbered(['a', 'b'], [40, 20]), choice('invert'), 1), small);
    const seen = compose(first, { dataset: other, derived: true }, drawing);
    expect(seen.pool?.count).toBe(first.splits.train.count);
    const held = [...first.splits.validation.pixels, ...first.splits.test.pixels].map((value) => 255 - value);
    expect([...seen.pool!.pixels].filter((value) => held.includes(value))).toEqual([]);
  });

  it('goes with no second source of the pool, and with no teacher beside the students', () => {
    const chosen = [
      { id: 'two-domains', params: {} },
      { id: 'shifted-pool', params: {} },
    ];
    expect(refusalOf(chosen, 'trained')).toMatch(/Two domains and Shifted pool both decide/);
    const few = { id: 'labelled-fraction', params: {} };
    expect(refusalOf([chosen[0]!, few], 'trained')).toMatch(/both decide what the pool is/);
    expect(refusalOf(chosen.slice(1), 'online')).toMatch(/Train it first/);
    expect(refusalOf(chosen.slice(1), 'trained')).toBeUndefined();
  });
});
