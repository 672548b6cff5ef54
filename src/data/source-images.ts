/** Images as they were read, beside the data set made of them: pixels that its splits hold are not held twice. */
import type { Dataset, Split } from './dataset';
import type { RawImages } from './kit';
import type { SplitRows } from './prepare';
import { SPLITS } from './prepare';

interface Part {
  readonly pixels: Uint8Array;
  /** Row of each of its images at the source. */
  readonly rows: Int32Array;
}

const bytesOf = ({ height, width, channels }: RawImages['shape']): number => height * width * channels;

/** The images that lie in no split: those of classes that were left out. */
function leftOver(source: RawImages, parts: readonly Part[]): Part {
  const taken = new Uint8Array(source.labels.length);
  for (const { rows } of parts) for (const row of rows) taken[row] = 1;
  const rows = source.labels.map((_, row) => row).filter((row) => !taken[row]);
  const one = bytesOf(source.shape);
  const pixels = new Uint8Array(rows.length * one);
  rows.forEach((row, i) => {
    pixels.set(source.pixels.subarray(row * one, (row + 1) * one), i * one);
  });
  return { pixels, rows };
}

export class SourceImages {
  private readonly rest: Omit<RawImages, 'pixels'>;
  private readonly parts: readonly Part[];

  private constructor({ pixels: _, ...rest }: RawImages, parts: readonly Part[]) {
    this.rest = rest;
    this.parts = parts;
  }

  /** Images that no data set was made of yet. */
  static alone(source: RawImages): SourceImages {
    return new SourceImages(source, [{ pixels: source.pixels, rows: source.labels.map((_, row) => row) }]);
  }

  /**
   * @param raw `source` after edits that leave out and relabel images, and at most change their size or colours;
   * where they change these, nothing is shared.
   * @param rows those of `raw` in each split of `dataset`, which was prepared of it
   */
  static beside(source: RawImages, raw: RawImages, rows: SplitRows, dataset: Dataset): SourceImages {
    const { height, width, channels } = source.shape;
    const { shape } = dataset;
    if (height !== shape.height || width !== shape.width || channels !== shape.channels)
      return SourceImages.alone(source);
    const parts = SPLITS.map((name): Part => {
      const { pixels }: Split = dataset.splits[name];
      return { pixels, rows: Int32Array.from(rows[name], (row) => raw.rows?.[row] ?? row) };
    });
    return new SourceImages(source, [...parts, leftOver(source, parts)]);
  }

  get name(): string {
    return this.rest.name;
  }

  /** The images in the order they were read, in memory of their own: give them up when done. */
  raw(): RawImages {
    const one = bytesOf(this.rest.shape);
    const pixels = new Uint8Array(this.rest.labels.length * one);
    for (const part of this.parts)
      part.rows.forEach((row, i) => {
        pixels.set(part.pixels.subarray(i * one, (i + 1) * one), row * one);
      });
    return { ...this.rest, pixels };
  }
}
