/** Paths on this machine as the files of a drop. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ServedFile } from './protocol';

/** Where the server finds the files it may hand to the page, and under which address. */
export class FileShelf {
  private readonly files = new Map<string, string>();
  private next = 0;

  /** The file an address stands for; undefined for every address this shelf did not give out. */
  readonly find = (url: string): string | undefined => this.files.get(url);

  /**
   * Shelves the files at or below `path` and forgets the ones before. A folder's files keep its name in front,
   * as in a drop. Links are not followed. Throws when the path does not exist.
   */
  put(paths: readonly string[]): ServedFile[] {
    this.files.clear();
    return paths.flatMap((path) => this.below(resolve(path), basename(resolve(path))));
  }

  private below(path: string, name: string): ServedFile[] {
    const stat = statSync(path);
    if (stat.isFile()) return [this.serve(path, name)];
    return readdirSync(path, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .flatMap((entry) => this.below(join(path, entry.name), `${name}/${entry.name}`));
  }

  private serve(path: string, name: string): ServedFile {
    const url = `/files/${this.next++}`;
    this.files.set(url, path);
    return { path: name, url: url.slice(1) };
  }
}
