/** Gathers decoded images of any size into rows of one size, and what was left out on the way. */
import { longWork } from '../core/long-work';
import { ImportError, type Pool, type ReasonCode, type Skipped, type SplitName } from './dataset';
import type { ImportOptions, LabelColumn, RawImages } from './kit';
import { LIMITS } from './limits';
import { compareNames } from './names';
import { isGrey, resizeImage, toGrey, toRgb } from './resize';

/** Where a row belongs besides its class. */
export interface RowOptions {
  readonly split?: SplitName | undefined;
  /** Values of further label columns by column name. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
  /** Has no label: belongs to the pool. */
  readonly pool?: boolean | undefined;
  /** The file it came in. */
  readonly path?: string | undefined;
}

interface Row extends RowOptions {
  readonly pixels: Uint8Array;
  readonly label: string;
}

/** Columns that can label rows: two values or more, and on average two rows or more to a value. */
function columnsOf(rows: readonly Row[]): LabelColumn[] {
  const columns: LabelColumn[] = [];
  for (const name of new Set(rows.flatMap(({ extra }) => Object.keys(extra ?? {})))) {
    const texts = rows.map(({ extra }) => extra?.[name] ?? '');
    const names = [...new Set(texts)].filter(Boolean).sort(compareNames);
    if (names.length < 2 || names.length > Math.min(LIMITS.classes, rows.length / 2)) continue;
    const number = new Map(names.map((text, i) => [text, i]));
    columns.push({ name, names, values: Int32Array.from(texts, (text) => number.get(text) ?? -1) });
  }
  return columns;
}

/** Rows below each other, all with `channels` channels. */
function stacked(rows: readonly Row[], size: number, channels: 1 | 3): Uint8Array {
  const one = size * size * channels;
  const pixels = new Uint8Array(rows.length * one);
  rows.forEach((row, i) => {
    const has = row.pixels.length / (size * size);
    pixels.set(
      has === channels ? row.pixels : channels === 1 ? toGrey(row.pixels) : toRgb(row.pixels),
      i * one,
    );
  });
  return pixels;
}

export class Collector {
  readonly skipped: Skipped[];
  /** What the labels are called at the source. */
  labelName: string | undefined;
  /** What the folder of images without labels is called. */
  poolName = 'unlabelled';
  private readonly rows: Row[] = [];
  private readonly pool: Row[] = [];
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

  leaveOut(name: string, code: ReasonCode, message: string): void {
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
    options: RowOptions = {},
  ): void {
    longWork();
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
    if (options.pool) {
      this.pool.push({ pixels: kept, label, ...options });
      return;
    }
    if (grey) this.grey++;
    const key = `${width}x${height}`;
    this.sizes.set(key, (this.sizes.get(key) ?? 0) + 1);
    this.rows.push({ pixels: kept, label, ...options });
  }

  /** The data set; classes in the order given, those without an image left out. */
  finish(name: string, order: readonly string[], notes: readonly string[] = []): RawImages {
    const { size, channels: wanted } = this.options;
    const channels = wanted || (this.grey * 2 > this.rows.length ? 1 : 3);
    const present = new Set(this.rows.map((row) => row.label));
    const classNames = order.filter((label) => present.has(label));
    const number = new Map(classNames.map((label, i) => [label, i]));
    const assigned = this.rows.map((row) => row.split);
    const columns = columnsOf(this.rows);
    const files = [...this.rows, ...this.pool].map(({ path = '' }) => path);
    return {
      name,
      shape: { height: size, width: size, channels },
      pixels: stacked(this.rows, size, channels),
      labels: Int32Array.from(this.rows, (row) => number.get(row.label)!),
      classNames,
      sizes: this.sizes,
      skipped: this.skipped,
      notes,
      found: { grey: this.grey, colour: this.rows.length - this.grey },
      ...(this.labelName === undefined ? {} : { labelName: this.labelName }),
      ...(columns.length ? { columns } : {}),
      ...(assigned.some(Boolean) ? { assigned } : {}),
      ...(files.some(Boolean) ? { files } : {}),
      ...(this.pool.length ? { pool: this.poolOf(channels) } : {}),
    };
  }

  private poolOf(channels: 1 | 3): Pool {
    const pixels = stacked(this.pool, this.options.size, channels);
    return { name: this.poolName, pixels, count: this.pool.length };
  }
}
