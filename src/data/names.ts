/** Paths and names: what is junk, what is unsafe, how names sort. */
import { LIMITS } from './limits';

const JUNK_FILES = new Set(['thumbs.db', 'desktop.ini', 'ehthumbs.db', 'icon\r']);
const JUNK_FOLDERS = new Set(['__macosx', 'node_modules', '__pycache__', '@eadir', '$recycle.bin']);

/** Litter of operating systems and tools, left out without a word. A folder called '.' is none. */
export function isJunk(path: string): boolean {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  if (JUNK_FILES.has(file.toLowerCase()) || (file.startsWith('.') && file !== '.')) return true;
  return parts.some(
    (folder) => JUNK_FOLDERS.has(folder.toLowerCase()) || (/^\.[^.]/.test(folder) && folder !== '.'),
  );
}

/** Why a path inside an archive cannot be used, or undefined. Expects forward slashes. */
export function unsafePath(path: string): string | undefined {
  if (path.includes('\0')) return 'its name holds a NUL character';
  if (path.startsWith('/')) return 'its name is an absolute path';
  if (/^[a-z]:/i.test(path)) return 'its name begins with a drive letter';
  const parts = path.split('/');
  if (parts.includes('..')) return 'its name climbs out of the archive with ..';
  if (parts.length > LIMITS.depth) return `it lies more than ${LIMITS.depth} folders deep`;
  if (parts.some((part) => part.length > LIMITS.name))
    return `its name is longer than ${LIMITS.name} characters`;
  return undefined;
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Lower case, without the dot; empty when there is none. */
export function extension(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** Order with numbers by value (img2 before img10), by code unit otherwise: the same in every language. */
export function compareNames(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const p = left[i]!;
    const q = right[i]!;
    if (p === q) continue;
    const difference = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : 0;
    if (difference) return difference;
    return p < q ? -1 : 1;
  }
  return left.length - right.length;
}

/** A name short enough for a message. */
export const shortName = (name: string): string => (name.length > 80 ? `${name.slice(0, 77)}...` : name);

/** Splits a folder of a data set may be called after. */
const SPLIT_WORDS = new Map<string, 'train' | 'validation' | 'test'>([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['dev', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);
export const splitWord = (name: string) => SPLIT_WORDS.get(name.toLowerCase());
