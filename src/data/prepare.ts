/** From labelled images of any source to the data set a run uses. */
import { type ClassGroups, groupsByName, groupsOf } from '../core/class-groups';
import type { DataValues } from '../core/config';
import { Rng } from '../core/rng';
import {
  type Dataset,
  type ImageNumbers,
  type ImageShape,
  ImportError,
  type Labelling,
  type Split,
  type SplitName,
} from './dataset';
import { Fingerprint } from './fingerprint';
import type { RawImages } from './kit';
import { resizeImage } from './resize';
import { rowsOf } from './rows';
import { divide } from './split';

export const SPLITS: readonly SplitName[] = ['train', 'validation', 'test'];

/** Images below each other, each resized to `size` x `size` pixels. */
function resized(images: Uint8Array, { height, width, channels }: ImageShape, size: number): Uint8Array {
  const from = height * width * channels;
  const to = size * size * channels;
  const count = images.length / from;
  const pixels = new Uint8Array(count * to);
  for (let row = 0; row < count; row++) {
    const image = images.subarray(row * from, (row + 1) * from);
    pixels.set(resizeImage(image, width, height, channels, size, size), row * to);
  }
  return pixels;
}

/** The same images at `size` x `size` pixels; the input itself when nothing changes. */
export function atSize(raw: RawImages, size: number): RawImages {
  const { shape, pool } = raw;
  if (shape.height === size && shape.width === size) return raw;
  return {
    ...raw,
    pixels: resized(raw.pixels, shape, size),
    shape: { height: size, width: size, channels: shape.channels },
    ...(pool ? { pool: { ...pool, pixels: resized(pool.pixels, shape, size) } } : {}),
  };
}

/** Hash of size, class names, labels, label columns, splits the rows came with, pixels, pool and numbers. Independent of the seeds. */
export function fingerprint(raw: RawImages): string {
  const { height, width, channels } = raw.shape;
  const print = new Fingerprint().integers([
    height,
    width,
    channels,
    raw.classNames.length,
    raw.labels.length,
  ]);
  for (const name of raw.classNames) print.text(name);
  for (const { name, names, values } of raw.columns ?? []) {
    print.text(name).integers(values);
    for (const value of names) print.text(value);
  }
  const splits = raw.labels.map((_, row) => SPLITS.indexOf(raw.assigned?.[row] as SplitName));
  print.integers(raw.labels).integers(splits).bytes(raw.pixels);
  if (raw.pool) print.bytes(raw.pool.pixels);
  for (const values of raw.numbers ? [raw.numbers.rows, ...Object.values(raw.numbers.classes)] : [])
    print.bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return print.digest();
}

/** The numbers of the training rows and of the classes as they are called now. */
function numbersOf({ numbers, classNames }: RawImages, train: readonly number[]): ImageNumbers | undefined {
  if (!numbers) return undefined;
  const { name, width } = numbers;
  const classes = new Float32Array(classNames.length * width).fill(Number.NaN);
  classNames.forEach((label, i) => {
    const given = numbers.classes[label];
    if (given) classes.set(given, i * width);
  });
  return { name, width, rows: rowsOf(numbers.rows, width, train), classes };
}

/** Rows of each split, ascending. */
export type SplitRows = Readonly<Record<SplitName, readonly number[]>>;

/** Which images `prepare` puts into which split. */
export function splitRows(raw: RawImages, values: Omit<DataValues, 'groups'>): SplitRows {
  const { validation, test, splitSeed } = values;
  const shares = { validation, test, seed: splitSeed };
  const rows: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  divide(raw.labels, raw.classNames.length, raw.assigned, shares).forEach((name, row) => {
    rows[name].push(row);
  });
  return rows;
}

/** The splits lie one behind the other in one piece of memory. */
function take(raw: RawImages, rows: SplitRows): Record<SplitName, Split> {
  const one = raw.shape.height * raw.shape.width * raw.shape.channels;
  const all = new Uint8Array(raw.labels.length * one);
  let at = 0;
  const split = (name: SplitName): Split => {
    const from = at;
    for (const row of rows[name]) {
      all.set(raw.pixels.subarray(row * one, (row + 1) * one), at);
      at += one;
    }
    const labels = Int32Array.from(rows[name], (row) => raw.labels[row]!);
    return { pixels: all.subarray(from, at), labels, count: labels.length };
  };
  return { train: split('train'), validation: split('validation'), test: split('test') };
}

/** The other ways to label the images. An attribute that has one value only asks nothing. */
function labellingsOf(raw: RawImages, rows: SplitRows): Labelling[] {
  const named = Object.entries(raw.attributes ?? {}).map(([name, values]) => {
    const most = values.reduce((a, b) => Math.max(a, b), -1);
    const given = raw.attributeNames?.[name] ?? [];
    return { name, values, names: Array.from({ length: most + 1 }, (_, i) => given[i] ?? String(i)) };
  });
  const of = (values: Int32Array, split: SplitName) => Int32Array.from(rows[split], (row) => values[row]!);
  return [...named, ...(raw.columns ?? [])]
    .filter(({ names }) => names.length > 1)
    .map(({ name, names, values }) => ({
      name,
      classNames: names,
      values: {
        train: of(values, 'train'),
        validation: of(values, 'validation'),
        test: of(values, 'test'),
      },
    }));
}

/** Replaces exactly round(share * rows) labels, each by another class drawn evenly. */
function withNoise(split: Split, classes: number, share: number, seed: number): Split {
  const labels = Int32Array.from(split.labels);
  const rng = new Rng(seed, 'label noise');
  const order = rng.permutation(split.count);
  for (let i = 0; i < Math.round(share * split.count); i++) {
    const row = order[i]!;
    labels[row] = (labels[row]! + 1 + rng.below(classes - 1)) % classes;
  }
  return { ...split, labels };
}

/**
 * Mean and standard deviation per channel, in 0..255 units, accumulated in float64 (sums of whole numbers, so
 * exact). A constant channel gets deviation 1, so that dividing by it stays finite.
 */
export function statisticsOf(pixels: Uint8Array, channels: number): Dataset['statistics'] {
  const sum = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let i = 0; i < pixels.length; i += channels)
    for (let c = 0; c < channels; c++) {
      const value = pixels[i + c]!;
      sum[c]! += value;
      squares[c]! += value * value;
    }
  const n = Math.max(1, pixels.length / channels);
  const mean = Array.from(sum, (total) => total / n);
  const std = mean.map((m, c) => Math.sqrt(Math.max(0, squares[c]! / n - m * m)) || 1);
  return { mean, std };
}

/** How columns group the classes; before that how their names do, where all have a group in front. */
function groupingsOf({ columns = [], labels, classNames }: RawImages): ClassGroups[] {
  const found = groupsOf(columns, labels, classNames.length);
  const named = classNames.every((name) => name.includes('/')) ? groupsByName(classNames) : undefined;
  const known = named && found.some(({ of }) => of.every((group, i) => group === named.of[i]));
  return named && !known ? [named, ...found] : found;
}

/**
 * Splits, standardisation figures and fingerprint of labelled images. Images of another size are resized first.
 * Throws ImportError `EMPTY` without any image and `ONE_CLASS` with fewer than two classes, if these matter.
 */
export function prepare(source: RawImages, values: Omit<DataValues, 'groups'>): Dataset {
  if (source.labels.length === 0) throw new ImportError('EMPTY', `${source.name} holds no image.`);
  if (source.classNames.length < 2 && !source.unlabelled)
    throw new ImportError(
      'ONE_CLASS',
      `${source.name} has one class only; put the images in two or more folders.`,
    );
  const raw = atSize(source, values.size);
  const rows = splitRows(raw, values);
  const clean = take(raw, rows);
  const train = raw.labelNoise
    ? withNoise(clean.train, raw.classNames.length, raw.labelNoise, values.splitSeed)
    : clean.train;
  const extra = [
    ...Object.entries(raw.attributes ?? {}),
    ...(raw.columns ?? []).map(({ name, values: all }) => [name, all] as const),
  ];
  const attributes = extra.map(
    ([key, all]) => [key, Int32Array.from(rows.train, (row) => all[row]!)] as const,
  );
  const numbers = numbersOf(raw, rows.train);
  const groups = groupingsOf(raw);
  const labellings = labellingsOf(raw, rows);
  return {
    name: raw.name,
    shape: raw.shape,
    classNames: raw.classNames,
    splits: { ...clean, train },
    statistics: statisticsOf(train.pixels, raw.shape.channels),
    fingerprint: fingerprint(raw),
    ...(attributes.length ? { attributes: Object.fromEntries(attributes) } : {}),
    ...(groups.length ? { groups } : {}),
    ...(labellings.length ? { labellings } : {}),
    ...(raw.pool ? { pool: raw.pool } : {}),
    ...(numbers ? { numbers } : {}),
  };
}
