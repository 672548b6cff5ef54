/** The images without labels of a run: those that came with the set, and those whose labels a regime hid. */
import { pickTasks } from '../core/label-tasks';
import type { Dataset, Pool } from './dataset';
import { Fingerprint } from './fingerprint';
import { imageOf } from './pictures';

const printOf = (pixels: Uint8Array): string => new Fingerprint().bytes(pixels).digest();

/** Contents of the validation and test images. */
function heldOutOf({ splits }: Dataset): Set<string> {
  const prints = new Set<string>();
  for (const split of [splits.validation, splits.test])
    for (let row = 0; row < split.count; row++) prints.add(printOf(imageOf(split, row)));
  return prints;
}

function gathered(images: readonly Uint8Array[]): Uint8Array {
  const one = images[0]!.length;
  const pixels = new Uint8Array(images.length * one);
  images.forEach((image, i) => {
    pixels.set(image, i * one);
  });
  return pixels;
}

/**
 * Those of the set first, then training rows `moved`; without images that are equal, pixel for pixel, to one of
 * validation or test. Undefined when none is left.
 */
export function unlabelled(dataset: Dataset, moved: Int32Array): Pool | undefined {
  const { pool, splits, numbers } = dataset;
  const width = numbers?.width ?? 0;
  const missing = new Float32Array(width).fill(Number.NaN);
  const numbersOf = (all: Float32Array | undefined, row: number) =>
    all?.subarray(row * width, (row + 1) * width) ?? missing;
  const came = Array.from({ length: pool?.count ?? 0 }, (_, i) => ({
    image: imageOf(pool!, i),
    row: -1,
    given: numbersOf(pool?.numbers, i),
  }));
  const left = Array.from(moved, (row) => ({
    image: imageOf(splits.train, row),
    row,
    given: numbersOf(numbers?.rows, row),
  }));
  if (came.length + left.length === 0) return undefined;
  const heldOut = heldOutOf(dataset);
  const kept = [...came, ...left].filter(({ image }) => !heldOut.has(printOf(image)));
  if (kept.length === 0) return undefined;
  const all = left.length === 0 && kept.length === came.length;
  const pixels = all ? pool!.pixels : gathered(kept.map(({ image }) => image));
  const given = new Float32Array(kept.length * width);
  kept.forEach((each, i) => {
    given.set(each.given, i * width);
  });
  const rows = Int32Array.from(kept, ({ row }) => row);
  // Images without labels have none of any kind, unless tasks were asked for.
  const tasks = dataset.tasks && { tasks: pickTasks(dataset.tasks, rows) };
  const beside = numbers && { numbers: given };
  return { name: pool?.name ?? 'unlabelled', pixels, count: kept.length, ...tasks, ...beside };
}
