/**
 * Two files that are written in turn: whatever happens to a write, the other still holds what was saved before.
 * Nothing a write says is trusted but its count and the size of the file: a full disk is told by no exception.
 */
import { type Content, contentOf, damageOf, fileOf, type Saved } from './file';

/** An open file: what is used of `FileSystemSyncAccessHandle`. */
export interface Handle {
  getSize(): number;
  read(into: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(from: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** A place for files. Every call may be refused by the browser, and then throws. */
export interface Folder {
  /** Opens a file, which is made when it is not there. */
  open(name: string): Promise<Handle>;
  /** Names of the files that are there. */
  names(): Promise<readonly string[]>;
  remove(name: string): Promise<void>;
}

/** Why something was not saved. `full`: freeing space would help. */
export class SaveError extends Error {
  readonly full: boolean;

  constructor(message: string, full: boolean) {
    super(message);
    this.full = full;
  }
}

const FULL = 'There is no more room in this browser.';

export function saveError(error: unknown): SaveError {
  if (error instanceof SaveError) return error;
  if (error instanceof Error && error.name === 'QuotaExceededError') return new SaveError(FULL, true);
  return new SaveError(error instanceof Error ? error.message : String(error), false);
}

/** Bytes of one write, so that a large file is never copied as a whole. */
const PIECE = 16 * 2 ** 20;

/** Replaces the content of a file and reads it again. Throws SaveError; the file then holds nothing of use. */
export function writeAll(handle: Handle, pieces: readonly Uint8Array[]): number {
  let at = 0;
  for (const piece of pieces)
    for (let from = 0; from < piece.length; from += PIECE) {
      const part = piece.subarray(from, from + PIECE) as Uint8Array<ArrayBuffer>;
      const written = handle.write(part, { at });
      if (written !== part.length) throw new SaveError(FULL, true);
      at += part.length;
    }
  handle.truncate(at);
  handle.flush();
  if (handle.getSize() !== at || damageOf(readAll(handle))) throw new SaveError(FULL, true);
  return at;
}

export function readAll(handle: Handle): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(handle.getSize());
  const read = handle.read(bytes, { at: 0 });
  return read === bytes.length ? bytes : bytes.subarray(0, Math.max(0, read));
}

/** Does `work` on an open file and closes it, whatever happens. */
export async function withFile<T>(folder: Folder, name: string, work: (handle: Handle) => T): Promise<T> {
  const handle = await folder.open(name);
  try {
    return work(handle);
  } finally {
    handle.close();
  }
}

export const SLOTS = ['run-a', 'run-b'] as const;

/** What both slots hold together: the newest that can be read. */
export type Newest = Saved | Exclude<Content, { kind: 'good' }>;

const good = (content: Content): content is Saved => content.kind === 'good';

export class Slots {
  private readonly folder: Folder;
  /** Slot and sequence of the next write; undefined until the slots were read. */
  private next: { readonly slot: number; readonly sequence: number } | undefined;

  constructor(folder: Folder) {
    this.folder = folder;
  }

  /** Reads both slots. A file of a newer version hides everything: it is not ours to judge. Throws SaveError. */
  async newest(): Promise<Newest> {
    const contents: Content[] = [];
    try {
      const names = await this.folder.names();
      for (const name of SLOTS)
        contents.push(
          names.includes(name)
            ? await withFile(this.folder, name, (handle) => contentOf(readAll(handle)))
            : { kind: 'empty' },
        );
    } catch (error) {
      throw saveError(error);
    }
    const newer = contents.find(({ kind }) => kind === 'newer');
    this.next = undefined;
    if (newer) return newer;
    const found = contents.filter(good).sort((a, b) => b.sequence - a.sequence)[0];
    this.next = found
      ? { slot: 1 - contents.indexOf(found), sequence: found.sequence + 1 }
      : { slot: 0, sequence: 1 };
    return found ?? contents.find(({ kind }) => kind === 'damaged') ?? { kind: 'empty' };
  }

  /** Writes `value` over the older of both. Returns the bytes. Throws SaveError; the newer one then still stands. */
  async save(value: unknown, time: number): Promise<number> {
    if (!this.next && (await this.newest()).kind === 'newer')
      throw new SaveError(
        'A newer version of this page has saved a run here, which this one leaves alone.',
        false,
      );
    const { slot, sequence } = this.next!;
    const name = SLOTS[slot]!;
    try {
      const pieces = fileOf(value, sequence, time);
      const bytes = await withFile(this.folder, name, (handle) => writeAll(handle, pieces));
      this.next = { slot: 1 - slot, sequence: sequence + 1 };
      return bytes;
    } catch (error) {
      await this.giveUp(name);
      throw saveError(error);
    }
  }

  /** What a failed write has left is of no use and takes room. */
  private async giveUp(name: string): Promise<void> {
    try {
      await this.folder.remove(name);
    } catch {
      // The browser that refused the write may refuse this too; the checksum tells what it left apart.
    }
  }

  /** Removes both. */
  async clear(): Promise<void> {
    this.next = undefined;
    const names = await this.folder.names();
    for (const name of SLOTS) if (names.includes(name)) await this.folder.remove(name);
  }
}
