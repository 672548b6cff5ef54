/** What the page shows about a data set: counts, a few pictures, and what deserves a warning. */
import type { Dataset, DatasetSummary, SplitName } from './dataset';
import { Fingerprint } from './fingerprint';
import type { RawImages } from './kit';
import { imageOf, toRgba } from './pictures';
import { SPLITS } from './prepare';
import { resizeImage } from './resize';

const THUMBNAIL = 32;
const THUMBNAILS_PER_CLASS = 3;
const THUMBNAIL_CLASSES = 24;
const FEW = 10;
const IMBALANCE = 10;

function thumbnail(dataset: Dataset, row: number): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, channels } = dataset.shape;
  const small = resizeImage(
    imageOf(dataset.splits.train, row),
    width,
    height,
    channels,
    THUMBNAIL,
    THUMBNAIL,
  );
  return toRgba(small, channels);
}

function thumbnailsOf(dataset: Dataset): DatasetSummary['thumbnails'] {
  const shown = new Map<number, number>();
  const list: { label: number; rgba: Uint8ClampedArray<ArrayBuffer> }[] = [];
  dataset.splits.train.labels.forEach((label, row) => {
    const count = shown.get(label) ?? 0;
    if (label >= THUMBNAIL_CLASSES || count >= THUMBNAILS_PER_CLASS) return;
    shown.set(label, count + 1);
    list.push({ label, rgba: thumbnail(dataset, row) });
  });
  return list.sort((p, q) => p.label - q.label);
}

/** Images of each split that are pixel for pixel also in an earlier one, in the order of `SPLITS`. */
export function duplicatesAcross(dataset: Dataset): Record<SplitName, number> {
  const seen = new Set<string>();
  const found: Record<SplitName, number> = { train: 0, validation: 0, test: 0 };
  for (const name of SPLITS) {
    const split = dataset.splits[name];
    const prints = Array.from({ length: split.count }, (_, row) =>
      new Fingerprint().bytes(imageOf(split, row)).digest(),
    );
    found[name] = prints.filter((print) => seen.has(print)).length;
    for (const print of prints) seen.add(print);
  }
  return found;
}

const listed = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;

const images = (count: number): string => (count === 1 ? '1 image' : `${count} images`);

function countsPerClass(dataset: Dataset, names: readonly SplitName[]): number[] {
  const counts = dataset.classNames.map(() => 0);
  for (const name of names) for (const label of dataset.splits[name].labels) counts[label]!++;
  return counts;
}

function classWarnings(dataset: Dataset, perClass: readonly number[]): string[] {
  const warnings: string[] = [];
  const named = (test: (label: number) => boolean) => dataset.classNames.filter((_, label) => test(label));
  if (dataset.classNames.length < 2)
    warnings.push('There are fewer than two classes; nothing can be learnt.');
  const few = named((label) => perClass[label]! < FEW);
  if (few.length) warnings.push(`Fewer than ${FEW} images in ${listed(few)}; their scores say little.`);
  const train = countsPerClass(dataset, ['train']);
  const untrained = named((label) => train[label] === 0);
  if (untrained.length)
    warnings.push(`No training image in ${listed(untrained)}; these can never be learnt.`);
  const largest = Math.max(...perClass);
  const smallest = Math.min(...perClass);
  if (largest > IMBALANCE * smallest)
    warnings.push(
      `The largest class has ${images(largest)}, the smallest ${smallest}; accuracy favours the largest.`,
    );
  return warnings;
}

function warningsOf(raw: RawImages, dataset: Dataset, perClass: readonly number[]): string[] {
  const warnings = classWarnings(dataset, perClass);
  const sizes = raw.sizes?.size ?? 0;
  if (sizes > 1) warnings.push(`The images came in ${sizes} sizes; all were squashed to one square size.`);
  const skipped = raw.skipped?.length ?? 0;
  if (skipped) {
    const all = skipped + raw.labels.length;
    const share = Math.round((100 * skipped) / all);
    warnings.push(`${skipped} of ${all} files or rows could not be used (${share} per cent); see the list.`);
  }
  const twice = duplicatesAcross(dataset);
  if (twice.test)
    warnings.push(`${images(twice.test)} of the test split also in training or validation: scores flatter.`);
  if (twice.validation)
    warnings.push(`${images(twice.validation)} of the validation split also in training.`);
  for (const name of ['validation', 'test'] as const)
    if (dataset.splits[name].count === 0)
      warnings.push(`The ${name} split is empty; there are too few images.`);
  return [...warnings, ...(raw.notes ?? [])];
}

/** The summary of a prepared data set; `milliseconds` is what loading it took. */
export function summarise(raw: RawImages, dataset: Dataset, milliseconds: number): DatasetSummary {
  const perClass = countsPerClass(dataset, SPLITS);
  const { width, height } = raw.shape;
  const found = raw.sizes ?? new Map([[`${width}x${height}`, raw.labels.length]]);
  const sizes = [...found].map(([size, count]) => ({ size, count })).sort((p, q) => q.count - p.count);
  return {
    name: dataset.name,
    fingerprint: dataset.fingerprint,
    shape: dataset.shape,
    classNames: dataset.classNames,
    counts: {
      train: dataset.splits.train.count,
      validation: dataset.splits.validation.count,
      test: dataset.splits.test.count,
    },
    perClass,
    sizes,
    skipped: raw.skipped ?? [],
    warnings: warningsOf(raw, dataset, perClass),
    thumbnails: thumbnailsOf(dataset),
    thumbnailSize: THUMBNAIL,
    milliseconds,
  };
}
