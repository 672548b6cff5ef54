/** Images of a data set as the page can draw them. */
import type { ImageShape, Split } from './dataset';

/** Pixels of one image, `[height, width, channels]`, as opaque RGBA; grey goes into all three colours. */
export function toRgba(pixels: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const count = pixels.length / channels;
  const rgba = new Uint8ClampedArray(count * 4).fill(255);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[i * channels + (channels === 3 ? c : 0)]!;
  return rgba;
}

/** The pixels of one row of a split, `[height * width * channels]`; a view, not a copy. */
export function imageOf(split: Pick<Split, 'pixels' | 'count'>, row: number): Uint8Array {
  const size = split.pixels.length / split.count;
  return split.pixels.subarray(row * size, (row + 1) * size);
}

/** Rows of a split as RGBA, `height * width * 4` bytes each. Throws for rows the split does not have. */
export function picturesOf(
  split: Split,
  shape: ImageShape,
  rows: readonly number[],
): Uint8ClampedArray<ArrayBuffer>[] {
  const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= split.count);
  if (wrong !== undefined)
    throw new Error(`There is no image ${wrong} among the ${split.count} of this split.`);
  return rows.map((row) => toRgba(imageOf(split, row), shape.channels));
}
