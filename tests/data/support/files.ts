/** Where tests find real data, and files as the page would hand them over. Browser tests read this file too. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from '../../../src/data/kit';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder of shared test data outside the repository, or undefined. */
export function shared(...path: string[]): string | undefined {
  const found = join(process.env['CONDENSER_SHARED'] ?? join(root, '..', 'shared'), ...path);
  return existsSync(found) ? found : undefined;
}

const blobOf = (path: string) => new Blob([readFileSync(path)]);

/** A file, or all files of a folder with paths as a dropped folder has them. */
export function sourceFiles(path: string): SourceFile[] {
  const name = path.split(sep).at(-1)!;
  if (!statSync(path).isDirectory()) return [{ path: name, blob: blobOf(path) }];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: `${name}/${relative(path, file).split(sep).join('/')}`, blob: blobOf(file) }));
}

export const memoryFile = (path: string, content: Uint8Array<ArrayBuffer> | string): SourceFile => ({
  path,
  blob: new Blob([content]),
});
