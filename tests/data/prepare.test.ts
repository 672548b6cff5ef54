import { describe, expect, it } from 'vitest';
import type { RawImages, Split, SplitName } from '../../src/data/kit';
import { fingerprint, prepare, statisticsOf } from '../../src/data/prepare';
import { divide, quotas } from '../../src/data/split';
import { equalImages, summarise } from '../../src/data/summary';

const values = { size: 8, validation: 0.15, test: 0.2, splitSeed: 1 };

/** Images of 8 x 8 whose first bytes number them, `counts[label]` of each class. */
function numbered(counts: readonly number[], assigned?: (row: number) => SplitName | undefined): RawImages {
  const labels = Int32Array.from(
    counts.flatMap((count, label) => Array.from({ length: count }, () => label)),
  );
  const pixels = new Uint8Array(labels.length * 64);
  for (let row = 0; row < labels.length; row++) pixels.set([row & 255, row >> 8], row * 64);
  return {
    name: 'numbers',
    shape: { height: 8, width: 8, channels: 1 },
    pixels,
    labels,
    classNames: counts.map((_, label) => `class ${label}`),
    ...(assigned ? { assigned: Array.from(labels, (_, row) => assigned(row)) } : {}),
  };
}

const summaryOf = (raw: RawImages, milliseconds = 0) =>
  summarise({ source: raw, edits: undefined, raw, dataset: prepare(raw, values) }, milliseconds);

const rowsOf = (split: Split) =>
  Array.from({ length: split.count }, (_, i) => split.pixels[i * 64]! + 256 * split.pixels[i * 64 + 1]!);
const perClass = (split: Split, classes: number) =>
  Array.from({ length: classes }, (_, label) => split.labels.filter((other) => other === label).length);

describe('splits', () => {
  it('hand every row to exactly one split', () => {
    const { splits } = prepare(numbered([100, 50, 50]), values);
    const all = [...rowsOf(splits.train), ...rowsOf(splits.validation), ...rowsOf(splits.test)];
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, row) => row));
  });

  it('have the shares asked for in every class', () => {
    const { splits } = prepare(numbered([100, 60, 40]), values);
    expect(perClass(splits.test, 3)).toEqual([20, 12, 8]);
    expect(perClass(splits.validation, 3)).toEqual([15, 9, 6]);
    expect(perClass(splits.train, 3)).toEqual([65, 39, 26]);
  });

  it('give exact totals when classes are too small for whole shares', () => {
    expect(quotas([3, 3, 3, 3], 0.25, [2, 2, 2, 2])).toEqual([1, 1, 1, 0]);
    expect(quotas([1, 1, 98], 0.2, [0, 0, 97])).toEqual([0, 0, 20]);
  });

  it('keep one training row of every class', () => {
    const { splits } = prepare(numbered([20, 20, 1]), { ...values, validation: 0.5, test: 0.5 });
    expect(perClass(splits.train, 3).every((count) => count >= 1)).toBe(true);
  });

  it('depend on the seed and on nothing else', () => {
    const raw = numbered([40, 40]);
    const rows = (splitSeed: number) => rowsOf(prepare(raw, { ...values, splitSeed }).splits.test);
    expect(rows(5)).toEqual(rows(5));
    expect(rows(5)).not.toEqual(rows(6));
  });

  it('leave a given test split alone and cut validation from the training rows', () => {
    const raw = numbered([50, 50], (row) => (row % 5 === 0 ? 'test' : 'train'));
    const { splits } = prepare(raw, values);
    expect(rowsOf(splits.test)).toEqual(Array.from({ length: 20 }, (_, i) => 5 * i));
    expect([splits.train.count, splits.validation.count]).toEqual([68, 12]);
  });

  it('leave a given validation split alone and cut the test from the training rows', () => {
    const labels = new Int32Array(40);
    const given = Array.from(labels, (_, row): SplitName => (row < 10 ? 'validation' : 'train'));
    const result = divide(labels, 1, given, { validation: 0.5, test: 0.2, seed: 1 });
    expect(result.slice(0, 10).every((name) => name === 'validation')).toBe(true);
    expect(result.filter((name) => name === 'validation').length).toBe(10);
    expect(result.filter((name) => name === 'test').length).toBe(6);
  });
});

describe('statistics', () => {
  it('are those of the training pixels, per channel', () => {
    const { mean, std } = statisticsOf(Uint8Array.from([0, 10, 255, 100, 10, 251]), 3);
    expect(mean).toEqual([50, 10, 253]);
    expect(std).toEqual([50, 1, 2]);
  });

  it('leave validation and test out', () => {
    const raw = numbered([10, 10], (row) => (row % 2 ? 'test' : row % 4 ? 'validation' : 'train'));
    for (let row = 0; row < 20; row++) raw.pixels.fill(row % 4 === 0 ? 40 : 200, row * 64, row * 64 + 64);
    expect(prepare(raw, values).statistics).toEqual({ mean: [40], std: [1] });
  });
});

describe('label noise', () => {
  it('changes exactly its share of the training labels, always to another class', () => {
    const raw = numbered([100, 100, 100]);
    const clean = prepare(raw, values);
    const noisy = prepare({ ...raw, labelNoise: 0.3 }, values);
    const changed = noisy.splits.train.labels.filter((label, i) => label !== clean.splits.train.labels[i]);
    expect(changed.length).toBe(Math.round(0.3 * clean.splits.train.count));
    expect(noisy.splits.validation.labels).toEqual(clean.splits.validation.labels);
    expect(noisy.splits.test.labels).toEqual(clean.splits.test.labels);
  });
});

describe('fingerprint', () => {
  const raw = numbered([12, 12]);

  it('is pinned', () => expect(fingerprint(raw)).toBe('fa482e107910d4bf'));

  it('changes with one pixel, one label or one name, and not with the seed', () => {
    const pixels = raw.pixels.slice();
    pixels[777] = 1;
    const labels = raw.labels.slice();
    labels[3] = 1;
    const prints = [
      raw,
      { ...raw, pixels },
      { ...raw, labels },
      { ...raw, classNames: ['class 0', 'class 2'] },
    ];
    expect(new Set(prints.map(fingerprint)).size).toBe(4);
    const of = (splitSeed: number) => prepare(raw, { ...values, splitSeed }).fingerprint;
    expect(of(1)).toBe(of(2));
  });
});

describe('prepare', () => {
  it('refuses one class and no image', () => {
    expect(() => prepare(numbered([5]), values)).toThrow(/one class/);
    expect(() => prepare(numbered([0, 0]), values)).toThrow(/no image/);
  });

  it('resizes to the size asked for', () => {
    const dataset = prepare(numbered([10, 10]), { ...values, size: 12 });
    expect(dataset.shape).toEqual({ height: 12, width: 12, channels: 1 });
    expect(dataset.splits.train.pixels.length).toBe(dataset.splits.train.count * 144);
  });

  it('keeps the attributes of training rows', () => {
    const raw = {
      ...numbered([20, 20]),
      attributes: { row: Int32Array.from({ length: 40 }, (_, row) => row) },
    };
    const dataset = prepare(raw, values);
    expect([...dataset.attributes!['row']!]).toEqual(rowsOf(dataset.splits.train));
  });
});

describe('summary', () => {
  it('counts images, shows three per class and finds nothing to warn of in a sound set', () => {
    const raw = numbered([30, 30]);
    const summary = summaryOf(raw, 12);
    expect(summary.counts).toEqual({ train: 39, validation: 9, test: 12 });
    expect(summary.perClass).toEqual([30, 30]);
    expect(summary.thumbnails.map(({ label }) => label)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(summary.thumbnails[0]!.rgba.length).toBe(32 * 32 * 4);
    expect(summary.sizes).toEqual([{ size: '8x8', count: 60 }]);
    expect(summary.warnings).toEqual([]);
  });

  it('warns of few images, of imbalance, of classes without training and of many sizes', () => {
    const raw = {
      ...numbered([120, 4, 9], (row) => (row >= 124 ? 'test' : 'train')),
      sizes: new Map([
        ['8x8', 3],
        ['9x8', 130],
      ]),
    };
    const text = summaryOf(raw).warnings.join('\n');
    expect(text).toMatch(/Fewer than 10 images in class 1, class 2/);
    expect(text).toMatch(/largest class has 120 images, the smallest 4/);
    expect(text).toMatch(/No training image in class 2/);
    expect(text).toMatch(/2 sizes/);
  });

  it('counts images that are in two splits', () => {
    const raw = numbered([20, 20], (row) =>
      row % 4 === 3 ? 'test' : row % 4 === 2 ? 'validation' : 'train',
    );
    for (let row = 3; row < 20; row += 4) raw.pixels.copyWithin(row * 64, (row - 3) * 64, (row - 2) * 64);
    expect(equalImages(prepare(raw, values))).toEqual({
      duplicates: { images: 5, otherClass: 0 },
      leaks: { validation: 0, test: 5 },
      heldOut: 0,
    });
    expect(summaryOf(raw).warnings.join()).toMatch(/5 images of the test split/);
  });

  it('counts equal images of two classes', () => {
    const raw = numbered([20, 20]);
    raw.pixels.copyWithin(20 * 64, 0, 64);
    raw.pixels.copyWithin(21 * 64, 0, 64);
    const { findings, warnings } = summaryOf(raw);
    // Which of the three comes first depends on the split: one of class 0 or two of class 1 differ from it.
    expect(findings.duplicates.images).toBe(2);
    expect([1, 2]).toContain(findings.duplicates.otherClass);
    expect(warnings.join()).toMatch(/equal to one of another class/);
  });
});
