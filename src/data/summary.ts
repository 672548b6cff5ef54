/** What the page shows about a data set: counts, a few pictures, and what deserves a warning. */
import type { ClassEdits } from '../core/class-edits';
import { longWork } from '../core/long-work';
import type { Dataset, DatasetSummary, Findings, SourceClasses, SplitName } from './dataset';
import { applyEdits } from './edit-classes';
import { Fingerprint } from './fingerprint';
import type { RawImages } from './kit';
import { imageOf, toRgba } from './pictures';
import { atSize, fingerprint, SPLITS } from './prepare';
import { resizeImage } from './resize';

export const THUMBNAIL = 32;
const THUMBNAILS_PER_CLASS = 3;
const THUMBNAIL_CLASSES = 24;
const FEW = 10;
const IMBALANCE = 10;

/** One training image: RGBA, `THUMBNAIL` pixels square, row-major. */
export function thumbnail(dataset: Dataset, row: number): Uint8ClampedArray<ArrayBuffer> {
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

/** Images of the pool whose content hash is that of a held-out image. */
function heldOutIn({ pool, shape }: Dataset, isHeldOut: (print: string) => boolean): number {
  const one = shape.height * shape.width * shape.channels;
  let found = 0;
  for (let row = 0; row < (pool?.count ?? 0); row++)
    if (isHeldOut(new Fingerprint().bytes(pool!.pixels.subarray(row * one, (row + 1) * one)).digest()))
      found++;
  return found;
}

/** Equal images, by content hash, in the order of `SPLITS`; images of the pool equal to held-out ones. */
export function equalImages(dataset: Dataset): Pick<Findings, 'duplicates' | 'leaks'> & { heldOut: number } {
  const first = new Map<string, { readonly split: SplitName; readonly label: number }>();
  const leaks: Record<SplitName, number> = { train: 0, validation: 0, test: 0 };
  let images = 0;
  let otherClass = 0;
  for (const name of SPLITS) {
    const split = dataset.splits[name];
    for (let row = 0; row < split.count; row++) {
      longWork();
      const print = new Fingerprint().bytes(imageOf(split, row)).digest();
      const label = split.labels[row]!;
      const earlier = first.get(print);
      if (!earlier) first.set(print, { split: name, label });
      else {
        images++;
        if (earlier.label !== label) otherClass++;
        if (earlier.split !== name) leaks[name]++;
      }
    }
  }
  return {
    duplicates: { images, otherClass },
    leaks: { validation: leaks.validation, test: leaks.test },
    heldOut: heldOutIn(dataset, (print) => (first.get(print)?.split ?? 'train') !== 'train'),
  };
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

function warningsOf(
  raw: RawImages,
  dataset: Dataset,
  perClass: readonly number[],
  { duplicates, leaks }: Findings,
): string[] {
  const warnings = raw.unlabelled ? [] : classWarnings(dataset, perClass);
  const sizes = raw.sizes?.size ?? 0;
  if (sizes > 1) warnings.push(`The images came in ${sizes} sizes; all were squashed to one square size.`);
  const skipped = raw.skipped?.length ?? 0;
  if (skipped) {
    const all = skipped + raw.labels.length;
    const share = Math.round((100 * skipped) / all);
    warnings.push(`${skipped} of ${all} files or rows could not be used (${share} per cent); see the list.`);
  }
  if (leaks.test)
    warnings.push(`${images(leaks.test)} of the test split also in training or validation: scores flatter.`);
  if (leaks.validation)
    warnings.push(`${images(leaks.validation)} of the validation split also in training.`);
  if (duplicates.otherClass)
    warnings.push(
      `${images(duplicates.otherClass)} equal to one of another class: no network can tell these apart.`,
    );
  for (const name of ['validation', 'test'] as const)
    if (dataset.splits[name].count === 0)
      warnings.push(`The ${name} split is empty; there are too few images.`);
  return [...warnings, ...(raw.notes ?? [])];
}

function sourceOf(source: RawImages, edits: ClassEdits | undefined): SourceClasses {
  const raw = applyEdits(source, edits?.target === undefined ? undefined : { target: edits.target });
  const perClass = raw.classNames.map(() => 0);
  for (const label of raw.labels) perClass[label]!++;
  return {
    labelName: raw.labelName ?? 'label',
    classNames: raw.classNames,
    perClass,
    columns: (raw.columns ?? []).map(({ name, names }) => ({ name, classes: names.length })),
  };
}

/** What a summary is made of. */
export interface Summarised {
  /** As the files give it. */
  readonly source: RawImages;
  readonly edits: ClassEdits | undefined;
  /** `source` after `edits`. */
  readonly raw: RawImages;
  readonly dataset: Dataset;
}

/** The summary of a prepared data set; `milliseconds` is what loading it took. */
export function summarise({ source, edits, raw, dataset }: Summarised, milliseconds: number): DatasetSummary {
  const perClass = countsPerClass(dataset, SPLITS);
  const { width, height } = raw.shape;
  const found = raw.sizes ?? new Map([[`${width}x${height}`, raw.labels.length]]);
  const sizes = [...found].map(([size, count]) => ({ size, count })).sort((p, q) => q.count - p.count);
  const count = (name: SplitName) => dataset.splits[name].count;
  const all = source.labels.length;
  const { duplicates, leaks, heldOut } = equalImages(dataset);
  const findings: Findings = {
    channels: raw.found ?? (raw.shape.channels === 1 ? { grey: all, colour: 0 } : { grey: 0, colour: all }),
    perSplit: {
      train: countsPerClass(dataset, ['train']),
      validation: countsPerClass(dataset, ['validation']),
      test: countsPerClass(dataset, ['test']),
    },
    duplicates,
    leaks,
  };
  const { pool } = dataset;
  return {
    name: dataset.name,
    fingerprint: raw === source ? dataset.fingerprint : fingerprint(atSize(source, raw.shape.width)),
    source: sourceOf(source, edits),
    ...(edits ? { edits } : {}),
    findings,
    shape: dataset.shape,
    classNames: dataset.classNames,
    ...(dataset.groups?.length ? { groups: dataset.groups } : {}),
    counts: { train: count('train'), validation: count('validation'), test: count('test') },
    ...(pool ? { pool: { name: pool.name, count: pool.count, heldOut } } : {}),
    perClass,
    sizes,
    skipped: raw.skipped ?? [],
    warnings: [
      ...warningsOf(raw, dataset, perClass, findings),
      ...(heldOut
        ? [`${images(heldOut)} of '${pool?.name}' also in validation or test: methods that use it flatter.`]
        : []),
    ],
    thumbnails: thumbnailsOf(dataset),
    thumbnailSize: THUMBNAIL,
    milliseconds,
  };
}
