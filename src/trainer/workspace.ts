/** The data sets a worker holds: the current one, and imports that were not accepted yet. */
import { type ClassEdits, isUnedited } from '../core/class-edits';
import { type Config, DATA_ROLES, type DataRole, type DatasetConfig, type DataValues } from '../core/config';
import { longWork } from '../core/long-work';
import type { Dataset, DatasetSummary, SplitName } from '../data/dataset';
import { applyEdits } from '../data/edit-classes';
import { groupClasses } from '../data/group-classes';
import { importFiles } from '../data/import';
import { builtins } from '../data/index';
import type { RawImages, SourceFile } from '../data/kit';
import { picturesOf } from '../data/pictures';
import { atSize, fingerprint, prepare, splitRows } from '../data/prepare';
import { SourceImages } from '../data/source-images';
import { summarise } from '../data/summary';
import type { OtherSummaries } from '../worker/protocol';
import { FurtherSets, rawOf } from './further';
import type { Sources } from './saved/store';

export interface Held {
  /** As generated or read, before classes were edited. */
  readonly source: SourceImages;
  readonly dataset: Dataset;
  readonly summary: DatasetSummary;
  /** What made it, so that a changed setting makes it anew. */
  readonly key: string;
}

const keyOf = (dataset: DatasetConfig, data: DataValues): string => JSON.stringify([dataset, data]);
const ownKey = (name: string, data: DataValues, edits: ClassEdits | undefined): string =>
  JSON.stringify(['own', name, data, edits]);

function hold(source: RawImages, data: DataValues, key: string, since: number, asked?: ClassEdits): Held {
  longWork();
  const edits = isUnedited(asked) ? undefined : asked;
  const raw = groupClasses(applyEdits(source, edits), data.groups, data.splitSeed);
  const dataset = prepare(raw, data);
  const summary = summarise({ source, edits, raw, dataset }, performance.now() - since);
  const kept = SourceImages.beside(source, raw, splitRows(raw, data), dataset);
  return { source: kept, dataset, summary, key };
}

const holdOwn = (source: RawImages, data: DataValues, edits: ClassEdits | undefined): Held =>
  hold(source, data, ownKey(source.name, data, edits), performance.now(), edits);

/** The edits of a link apply to the images it was made with, and to no others. */
function editsFor(raw: RawImages, { dataset, others, data }: Config): ClassEdits | undefined {
  const named = [dataset, ...Object.values(others ?? {})].filter((set) => set.source === 'own');
  if (!named.some(({ edits }) => edits)) return undefined;
  const print = fingerprint(atSize(raw, data.size));
  return named.find((set) => set.fingerprint === print)?.edits;
}

export class Workspace {
  private current: Held | undefined;
  private generated: Held | undefined;
  private own: Held | undefined;
  private readonly further = new FurtherSets();
  private readonly imported = new Map<number, Held>();
  private readonly running = new Map<number, AbortController>();

  /** Makes what a run of the configuration sees current, further data sets included, or says why it cannot. */
  ensure(config: Config): Held {
    const first = this.first(config);
    this.current = { ...first, dataset: this.further.composed(config, first) };
    return this.current;
  }

  /** Every further data set of the configuration, or what is wrong with it. */
  others(config: Config): OtherSummaries {
    return this.further.summaries(config, this.first(config));
  }

  /** Makes the configuration's own data set current, without further ones. */
  first(config: Config): Held {
    const { dataset, data } = config;
    if (dataset.source === 'builtin') {
      const key = keyOf(dataset, data);
      if (this.generated?.key !== key) {
        const since = performance.now();
        longWork();
        const builtin = builtins.get(dataset.id);
        this.generated = hold(builtin.generate(dataset.params, data.splitSeed, data.size), data, key, since);
      }
      this.current = this.generated;
      return this.current;
    }
    if (!this.own)
      throw new Error(
        `This set-up uses '${dataset.name}'. Drop the same images on the page, then start again.`,
      );
    const { source } = this.own;
    if (this.own.key !== ownKey(source.name, data, dataset.edits))
      this.own = holdOwn(source.raw(), data, dataset.edits);
    if (this.own.summary.fingerprint !== dataset.fingerprint)
      throw new Error(
        `The images loaded here are not those of the set-up ('${dataset.name}'): their fingerprints differ.`,
      );
    this.current = this.own;
    return this.current;
  }

  /**
   * Reads dropped files; the current data set stays. Edits of classes are those asked for, or those of the
   * configuration when these are its images. One class is enough for a pool, `role` or named by the configuration.
   * Throws ImportError.
   */
  async import(
    request: number,
    files: readonly SourceFile[],
    config: Config,
    progress: (done: number, total: number) => void,
    asked?: ClassEdits,
    role?: DataRole,
  ): Promise<Held> {
    const since = performance.now();
    const controller = new AbortController();
    this.running.set(request, controller);
    try {
      const unlabelled = role === 'pool' || config.others?.pool?.source === 'own';
      const options = { size: config.data.size, channels: 0 as const, unlabelled };
      const raw = await importFiles(files, options, progress, controller.signal);
      const edits = asked ?? editsFor(raw, config);
      const held = hold(raw, config.data, ownKey(raw.name, config.data, edits), since, edits);
      // Only the newest preview can still be accepted; older ones would only hold memory.
      this.imported.clear();
      this.imported.set(request, held);
      return held;
    } finally {
      this.running.delete(request);
    }
  }

  /** The user's own images of a set-up as they were read, by the fingerprint it knows them by. */
  dropped(config: Config): Sources {
    const { dataset } = config;
    const found = new Map(this.further.dropped(config));
    if (dataset.source === 'own' && this.own) found.set(dataset.fingerprint, rawOf(this.own.source));
    return found;
  }

  /** Takes over images that were stored with a run, by fingerprint. */
  restore(sources: Sources, { data, dataset, others = {} }: Config): void {
    const own = dataset.source === 'own' && sources.get(dataset.fingerprint)?.();
    if (own) this.own = holdOwn(own, data, dataset.edits);
    for (const role of DATA_ROLES) {
      const other = others[role];
      const source = other?.source === 'own' && sources.get(other.fingerprint)?.();
      if (source) this.further.accept(role, SourceImages.alone(source));
    }
  }

  /** Images of the current data set, as RGBA. Throws when there is no data set or no such row. */
  pictures(split: SplitName, rows: readonly number[]): Uint8ClampedArray<ArrayBuffer>[] {
    if (!this.current) throw new Error('There is no data set whose images could be shown.');
    const { splits, shape } = this.current.dataset;
    return picturesOf(splits[split], shape, rows);
  }

  /** The preview of `request` with other edits of its classes. Throws ImportError, and the preview stays. */
  revise(request: number, config: Config, edits: ClassEdits): Held {
    const { source, summary } = this.preview(request);
    const made = holdOwn(source.raw(), config.data, isUnedited(edits) ? undefined : edits);
    // What is shown is the time it took to read the files.
    const held = { ...made, summary: { ...made.summary, milliseconds: summary.milliseconds } };
    this.imported.set(request, held);
    return held;
  }

  private preview(request: number): Held {
    const held = this.imported.get(request);
    if (!held) throw new Error('That preview is gone. Drop the files again.');
    return held;
  }

  cancel(request: number): void {
    this.running.get(request)?.abort();
  }

  /** Makes an imported set the current one, or one for a role. Throws when it is not there any more. */
  accept(request: number, role?: DataRole): Held {
    const held = this.preview(request);
    if (held.dataset.classNames.length < 2 && role !== 'pool')
      throw new Error(`'${held.source.name}' has one class only and can be nothing but a pool.`);
    this.imported.clear();
    if (role) {
      this.further.accept(role, held.source);
      return held;
    }
    this.own = held;
    this.current = held;
    return held;
  }
}
