/** The data sets a worker holds: the current one, and imports that were not accepted yet. */
import type { Config, DatasetConfig, DataValues } from '../core/config';
import type { Dataset, DatasetSummary, SplitName } from '../data/dataset';
import { importFiles } from '../data/import';
import { builtins } from '../data/index';
import type { RawImages, SourceFile } from '../data/kit';
import { picturesOf } from '../data/pictures';
import { prepare } from '../data/prepare';
import { summarise } from '../data/summary';

export interface Held {
  readonly raw: RawImages;
  readonly dataset: Dataset;
  readonly summary: DatasetSummary;
  /** What made it, so that a changed setting makes it anew. */
  readonly key: string;
}

const keyOf = (dataset: DatasetConfig, data: DataValues): string => JSON.stringify([dataset, data]);
const ownKey = (name: string, data: DataValues): string => JSON.stringify(['own', name, data]);

function hold(raw: RawImages, data: DataValues, key: string, since: number): Held {
  const dataset = prepare(raw, data);
  return { raw, dataset, summary: summarise(raw, dataset, performance.now() - since), key };
}

export class Workspace {
  private current: Held | undefined;
  private own: Held | undefined;
  private readonly imported = new Map<number, Held>();
  private readonly running = new Map<number, AbortController>();

  /** Makes the configuration's data set current, or says why it cannot. */
  ensure(config: Config): Held {
    const { dataset, data } = config;
    if (dataset.source === 'builtin') {
      const key = keyOf(dataset, data);
      if (this.current?.key !== key) {
        const since = performance.now();
        const builtin = builtins.get(dataset.id);
        this.current = hold(builtin.generate(dataset.params, data.splitSeed, data.size), data, key, since);
      }
      return this.current;
    }
    if (!this.own)
      throw new Error(
        `This set-up uses '${dataset.name}'. Drop the same images on the page, then start again.`,
      );
    const key = ownKey(this.own.raw.name, data);
    if (this.own.key !== key) this.own = hold(this.own.raw, data, key, performance.now());
    if (this.own.dataset.fingerprint !== dataset.fingerprint)
      throw new Error(
        `The images loaded here are not those of the set-up ('${dataset.name}'): their fingerprints differ.`,
      );
    this.current = this.own;
    return this.current;
  }

  /** Reads dropped files; the current data set stays. Throws ImportError. */
  async import(
    request: number,
    files: readonly SourceFile[],
    config: Config,
    progress: (done: number, total: number) => void,
  ): Promise<Held> {
    const since = performance.now();
    const controller = new AbortController();
    this.running.set(request, controller);
    try {
      const options = { size: config.data.size, channels: 0 as const };
      const raw = await importFiles(files, options, progress, controller.signal);
      const held = hold(raw, config.data, ownKey(raw.name, config.data), since);
      // Only the newest preview can still be accepted; older ones would only hold memory.
      this.imported.clear();
      this.imported.set(request, held);
      return held;
    } finally {
      this.running.delete(request);
    }
  }

  /** Images of the current data set, as RGBA. Throws when there is no data set or no such row. */
  pictures(split: SplitName, rows: readonly number[]): Uint8ClampedArray<ArrayBuffer>[] {
    if (!this.current) throw new Error('There is no data set whose images could be shown.');
    const { splits, shape } = this.current.dataset;
    return picturesOf(splits[split], shape, rows);
  }

  cancel(request: number): void {
    this.running.get(request)?.abort();
  }

  /** Makes an imported set the current one. Throws when it is not there any more. */
  accept(request: number): Held {
    const held = this.imported.get(request);
    if (!held) throw new Error('That preview is gone. Drop the files again.');
    this.imported.clear();
    this.own = held;
    this.current = held;
    return held;
  }
}
