/** The one run a browser keeps to go on with: two slots, and beside them the images nobody could make again. */
import type { Choice, Config } from '../../core/config';
import type { RawImages } from '../../data/kit';
import type { KeptNetwork, SavedRun } from '../../worker/protocol';
import type { Weights } from '../network';
import { contentOf, fileOf } from './file';
import type { JournalState } from './journal';
import type { SavedSession } from './session';
import { type Folder, readAll, SaveError, Slots, saveError, withFile, writeAll } from './slots';

/** Everything a run needs to go on. */
export interface KeptRun {
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly config: Config;
  readonly data: { readonly name: string; readonly fingerprint: string };
  readonly totalSteps: number;
  /** Of a teacher that was trained before: it may be deleted meanwhile. */
  readonly teacher?:
    | { readonly weights: Weights; readonly choice: Choice; readonly classes: number }
    | undefined;
  /** Kept networks that took seats: they may be deleted meanwhile too. */
  readonly members?: readonly KeptNetwork[] | undefined;
  readonly session: SavedSession;
  readonly journal: JournalState;
}

/** What there is to go on with. */
export type Found =
  | { readonly kind: 'run'; readonly run: KeptRun; readonly time: number }
  | { readonly kind: 'nothing' }
  /** There is something that cannot be used, and why. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Images of the user's own, as they were read, by fingerprint; put together when asked for. */
export type Sources = ReadonlyMap<string, () => RawImages>;

const PREFIX = 'images-';
const imagesOf = (fingerprint: string): string => `${PREFIX}${fingerprint}`;

const NEWER =
  'A newer version of this page has saved a run in this browser. This version leaves it alone and saves nothing; reload to get the newer one.';

export const summaryOf = ({ config, data, session, totalSteps }: KeptRun, time: number): SavedRun => ({
  name: config.name,
  data: data.name,
  step: session.done,
  totalSteps,
  time,
});

export class Store {
  private readonly folder: Folder;
  private readonly slots: Slots;
  /** Images that are known to be stored. */
  private readonly images = new Set<string>();

  constructor(folder: Folder) {
    this.folder = folder;
    this.slots = new Slots(folder);
  }

  /** Throws SaveError where the browser gives no access. */
  async find(): Promise<Found> {
    const newest = await this.slots.newest();
    if (newest.kind === 'newer') return { kind: 'refused', reason: NEWER };
    if (newest.kind === 'good') return { kind: 'run', run: newest.value as KeptRun, time: newest.time };
    if (newest.kind === 'damaged')
      return { kind: 'refused', reason: `The saved run cannot be read: ${newest.reason}.` };
    return { kind: 'nothing' };
  }

  /** @param sources images that were dropped; they are written once. Returns bytes. Throws SaveError. */
  async save(run: KeptRun, sources: Sources, time: number): Promise<number> {
    const before = sources.size ? await this.keepImages(sources) : 0;
    return before + (await this.slots.save(run, time));
  }

  private async keepImages(sources: Sources): Promise<number> {
    try {
      const wanted = new Set([...sources.keys()].map(imagesOf));
      const names = await this.folder.names();
      for (const old of names)
        if (old.startsWith(PREFIX) && !(wanted.has(old) && this.images.has(old)))
          await this.folder.remove(old);
      let bytes = 0;
      for (const [fingerprint, source] of sources) {
        const name = imagesOf(fingerprint);
        if (this.images.has(name) && names.includes(name)) continue;
        bytes += await withFile(this.folder, name, (handle) => writeAll(handle, fileOf(source(), 1, 0)));
        this.images.add(name);
      }
      return bytes;
    } catch (error) {
      const { message, full } = saveError(error);
      throw new SaveError(`${message} The images of the run do not fit.`, full);
    }
  }

  /** The stored images of a run by fingerprint; those that cannot be read are not among them. */
  async imagesOf({ config }: KeptRun): Promise<Sources> {
    const found = new Map<string, () => RawImages>();
    const names = await this.folder.names();
    for (const set of [config.dataset, ...Object.values(config.others ?? {})]) {
      if (set.source !== 'own') continue;
      const name = imagesOf(set.fingerprint);
      if (!names.includes(name)) continue;
      const content = await withFile(this.folder, name, (handle) => contentOf(readAll(handle)));
      if (content.kind !== 'good') continue;
      this.images.add(name);
      const source = content.value as RawImages;
      found.set(set.fingerprint, () => source);
    }
    return found;
  }

  /** Throws SaveError. */
  async clear(): Promise<void> {
    try {
      await this.slots.clear();
      this.images.clear();
      for (const name of await this.folder.names())
        if (name.startsWith(PREFIX)) await this.folder.remove(name);
    } catch (error) {
      throw saveError(error);
    }
  }
}
