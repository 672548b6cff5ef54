/** The images without labels of a run: those that came with the set, and those whose labels a regime hid. */
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

/**
 * Those of the set first, then training rows `moved`; without images that are equal, pixel for pixel, to one of
 * validation or test. Undefined when none is left.
 */
export function unlabelled(dataset: Dataset, moved: Int32Array): Pool | undefined {
  const { pool, splits } = dataset;
  const came = Array.from({ length: pool?.count ?? 0 }, (_, row) => imageOf(pool!, row));
  const all = [...came, ...Array.from(moved, (row) => imageOf(splits.train, row))];
  if (all.length === 0) return undefined;
  const heldOut = heldOutOf(dataset);
  const images = all.filter((image) => !heldOut.has(printOf(image)));
  if (images.length === 0) return undefined;
  const one = images[0]!.length;
  const pixels = new Uint8Array(images.length * one);
  images.forEach((image, i) => {
    pixels.set(image, i * one);
  });
  return { name: pool?.name ?? 'unlabelled', pixels, count: images.length };
}
