import { BlockReader } from '../block-reader';
import { ImportError, type Skipped } from '../dataset';
import { defineImporter, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { extension, isJunk, shortName, unsafePath } from '../names';
import { readDirectory, type ZipEntry } from '../zip-directory';
import { entryInput, refusal } from '../zip-entry';

const startsWithPk = (head: Uint8Array) =>
  head[0] === 0x50 &&
  head[1] === 0x4b &&
  ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));

async function isZip(file: InputFile): Promise<boolean> {
  const ending = extension(file.path);
  if (ending === 'npz' || ending === 'npy') return false;
  return ending === 'zip' || startsWithPk(await file.head());
}

/** Sorts the entries of one archive into files to read and items left out. */
function sift(entries: readonly ZipEntry[], reader: BlockReader, prefix: string) {
  const files: InputFile[] = [];
  const skipped: Skipped[] = [];
  const seen = new Set<string>();
  const used: ZipEntry[] = [];
  for (const entry of entries) {
    if (entry.folder) continue;
    const unsafe = unsafePath(entry.path);
    const left = unsafe
      ? (['UNSAFE_PATH', unsafe] as const)
      : isJunk(entry.path)
        ? undefined
        : refusal(entry);
    const name = shortName(entry.path);
    if (left) skipped.push({ name, code: left[0], message: `${name} was left out: ${left[1]}.` });
    else if (isJunk(entry.path)) continue;
    else if (seen.has(entry.path))
      skipped.push({ name, code: 'DUPLICATE', message: `${name} is there twice; the first one is used.` });
    else {
      seen.add(entry.path);
      used.push(entry);
      files.push(entryInput(reader, entry, prefix + entry.path));
    }
  }
  return { files, skipped, used };
}

function refuseBomb(used: readonly ZipEntry[], size: number, name: string): void {
  const promised = used.reduce((sum, entry) => sum + entry.unpacked, 0);
  if (promised > LIMITS.unpacked && promised > LIMITS.unpackedRatio * size)
    throw new ImportError(
      'BOMB',
      `${name} would unpack to ${Math.round(promised / 2 ** 20)} MB from ${Math.ceil(size / 2 ** 20)} MB; it was not opened.`,
    );
}

/** A zip archive of whatever another importer reads: folders of images, IDX, CIFAR or NPZ files. */
export default defineImporter({
  id: 'zip',
  name: 'Zip archive',
  summary: 'A .zip of a folder per class, or of any other format this page reads.',
  extensions: ['.zip'],
  async recognise(files) {
    if (files.length === 0 || files.length > 16) return 0;
    for (const file of files) if (!(await isZip(file))) return 0;
    return 90;
  },
  async read(archives, tools) {
    const files: InputFile[] = [];
    const skipped: Skipped[] = [];
    for (const archive of archives) {
      const blob = await archive.blob();
      const entries = await readDirectory(blob, archive.path);
      const prefix = archives.length > 1 ? `${archive.path.replace(/\.zip$/i, '')}/` : '';
      const found = sift(entries, new BlockReader(blob), prefix);
      refuseBomb(found.used, blob.size, archive.path);
      files.push(...found.files);
      skipped.push(...found.skipped);
    }
    if (files.length === 0 && skipped.length === 0)
      throw new ImportError('EMPTY', `${archives[0]?.path} holds no file.`);
    return tools.inner(files, skipped);
  },
});
