/** The named arrays of .npz archives and .npy files, unpacked one at a time. */
import { BlockReader } from './block-reader';
import { ImportError } from './dataset';
import type { InputFile } from './kit';
import { LIMITS } from './limits';
import { baseName, extension, shortName } from './names';
import { readDirectory } from './zip-directory';
import { entryInput, refusal } from './zip-entry';

export interface Arrays {
  readonly keys: readonly string[];
  /** The bytes of one .npy. Throws ImportError when it is damaged or too large. */
  read(key: string): Promise<Uint8Array<ArrayBuffer>>;
}

async function entriesOf(
  archive: InputFile,
): Promise<(readonly [string, () => Promise<Uint8Array<ArrayBuffer>>])[]> {
  const blob = await archive.blob();
  const reader = new BlockReader(blob);
  return (await readDirectory(blob, archive.path)).map((entry) => {
    const key = entry.path.replace(/\.npy$/, '');
    const read = async () => {
      const refused = refusal(entry);
      if (refused)
        throw new ImportError(
          refused[0],
          `${shortName(key)} in ${archive.path} cannot be read: ${refused[1]}.`,
        );
      if (entry.unpacked > LIMITS.file)
        throw new ImportError(
          'TOO_MANY',
          `${shortName(key)} in ${archive.path} is larger than this page reads.`,
        );
      return entryInput(reader, entry, entry.path).bytes();
    };
    return [key, read] as const;
  });
}

/** Opens .npz archives (their arrays by name) and .npy files (by file name). The first of equal names counts. */
export async function openArrays(files: readonly InputFile[]): Promise<Arrays> {
  const all = new Map<string, () => Promise<Uint8Array<ArrayBuffer>>>();
  for (const file of files) {
    const found =
      extension(file.path) === 'npz'
        ? await entriesOf(file)
        : [[baseName(file.path).replace(/\.npy$/i, ''), () => file.bytes()] as const];
    for (const [key, read] of found) if (!all.has(key)) all.set(key, read);
  }
  return {
    keys: [...all.keys()],
    read(key) {
      const read = all.get(key);
      if (!read) throw new ImportError('UNKNOWN_KEYS', `There is no array ${shortName(key)}.`);
      return read();
    },
  };
}
