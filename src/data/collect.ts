/** Gathers decoded images of any size into rows of one size, and what was left out on the way. */
import { ImportError, type ReasonCode, type Skipped, type SplitName } from './dataset';
import type { ImportOptions, RawImages } from './kit';
import { LIMITS } from './limits';
import { isGrey, resizeImage, toGrey, toRgb } from './resize';

export class Collector {
  readonly skipped: Skipped[];
  private readonly rows: { pixels: Uint8Array; label: string; split: SplitName | undefined }[] = [];
  private readonly sizes = new Map<string, number>();
  private readonly options: ImportOptions;
  private held = 0;
  private grey = 0;

  constructor(options: ImportOptions, skipped: readonly Skipped[] = []) {
    this.options = options;
    this.skipped = [...skipped];
  }

  get count(): number {
    return this.rows.length;
  }

  /** The different labels so far, in the order met. */
  labels(): string[] {
    return [...new Set(this.rows.map((row) => row.label))];
  }

  skip(name: string, code: ReasonCode, message: string): void {
    this.skipped.push({ name, code, message });
  }

  /**
   * One image `[height, width, channels]` with its class. Throws ImportError `TOO_MANY` when all images together
   * no longer fit.
   */
  add(
    pixels: Uint8Array | Uint8ClampedArray,
    width: number,
    height: number,
    channels: 1 | 3,
    label: string,
    split?: SplitName,
  ): void {
    const { size } = this.options;
    const small = resizeImage(pixels, width, height, channels, size, size);
    const grey = channels === 1 || isGrey(small);
    // A grey image is held as one channel until the number of channels is decided.
    const kept = channels === 3 && grey ? toGrey(small) : small;
    this.held += kept.length;
    if (this.held > LIMITS.held)
      throw new ImportError(
        'TOO_MANY',
        'The images need more than 1 GB at this size; choose a smaller image size.',
      );
    if (grey) this.grey++;
    const key = `${width}x${height}`;
    this.sizes.set(key, (this.sizes.get(key) ?? 0) + 1);
    this.rows.push({ pixels: kept, label, split });
  }

  /** The data set; classes in the order given, those without an image left out. */
  finish(name: string, order: readonly string[], notes: readonly string[] = []): RawImages {
    const { size, channels: wanted } = this.options;
    const channels = wanted || (this.grey * 2 > this.rows.length ? 1 : 3);
    const present = new Set(this.rows.map((row) => row.label));
    const classNames = order.filter((label) => present.has(label));
    const number = new Map(classNames.map((label, i) => [label, i]));
    const one = size * size * channels;
    const pixels = new Uint8Array(this.rows.length * one);
    this.rows.forEach((row, i) => {
      const has = row.pixels.length / (size * size);
      pixels.set(
        has === channels ? row.pixels : channels === 1 ? toGrey(row.pixels) : toRgb(row.pixels),
        i * one,
      );
    });
    const assigned = this.rows.map((row) => row.split);
    return {
      name,
      shape: { height: size, width: size, channels },
      pixels,
      labels: Int32Array.from(this.rows, (row) => number.get(row.label)!),
      classNames,
      sizes: this.sizes,
      skipped: this.skipped,
      notes,
      ...(assigned.some(Boolean) ? { assigned } : {}),
    };
  }
}
