import { BlockReader } from '../block-reader';
import { ImportError, type Skipped } from '../dataset';
import { fromBlob } from '../inputs';
import { defineImporter, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { extension, isJunk, shortName, unsafePath } from '../names';

/** POSIX ustar with the GNU long name and pax path extensions. */
const RECORD = 512;
const isTar = (head: Uint8Array): boolean =>
  new TextDecoder('latin1').decode(head.subarray(257, 262)) === 'ustar';

const field = (header: Uint8Array, from: number, length: number): string => {
  const raw = header.subarray(from, from + length);
  const end = raw.indexOf(0);
  return new TextDecoder().decode(end < 0 ? raw : raw.subarray(0, end));
};

/** Size of the content: octal digits, or base 256 with the top bit set. */
function sizeOf(header: Uint8Array): number {
  if (header[124]! & 0x80) return header.subarray(125, 136).reduce((sum, b) => sum * 256 + b, 0);
  return Number.parseInt(field(header, 124, 12).trim() || '0', 8);
}

/** The sum of all header bytes with the checksum field as spaces. */
function checksumMatches(header: Uint8Array): boolean {
  let sum = 8 * 32;
  for (let i = 0; i < RECORD; i++) if (i < 148 || i >= 156) sum += header[i]!;
  return Number.parseInt(field(header, 148, 8).trim(), 8) === sum;
}

/** The `path` record of a pax header, if there is one. */
function paxPath(text: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];
}

interface Found {
  readonly files: InputFile[];
  readonly skipped: Skipped[];
}

function keep(blob: Blob, path: string, kind: string, from: number, size: number, found: Found): void {
  const name = shortName(path);
  const unsafe = unsafePath(path);
  const left = (code: Skipped['code'], why: string) =>
    found.skipped.push({ name, code, message: `${name} was left out: ${why}.` });
  if (kind === '5' || isJunk(path)) return;
  if (unsafe) left('UNSAFE_PATH', unsafe);
  else if (kind === '1' || kind === '2') left('SYMLINK', 'it is a link, not a file');
  else if (kind === '0' || kind === '\0' || kind === '')
    found.files.push(fromBlob(path, blob.slice(from, from + size)));
  else left('UNSUPPORTED_TYPE', 'it is no plain file');
}

async function unpack(blob: Blob, archive: string): Promise<Found> {
  const name = shortName(archive);
  const reader = new BlockReader(blob);
  const found: Found = { files: [], skipped: [] };
  let longName: string | undefined;
  const cut = new ImportError('TRUNCATED', `${name} ends too early; copy or download it again.`);
  let at = 0;
  while (at + RECORD <= blob.size) {
    const header = await reader.read(at, at + RECORD);
    if (header.every((b) => b === 0)) return found;
    const size = sizeOf(header);
    if (!checksumMatches(header) || !Number.isSafeInteger(size))
      throw new ImportError('CORRUPT', `${name} is a damaged tar archive; copy or download it again.`);
    const from = at + RECORD;
    if (from + size > blob.size) throw cut;
    at = from + Math.ceil(size / RECORD) * RECORD;
    const kind = field(header, 156, 1);
    if (kind === 'L' || kind === 'x') {
      const text = new TextDecoder().decode(await reader.read(from, from + Math.min(size, RECORD * 256)));
      longName = kind === 'L' ? text.replace(/\0.*$/s, '') : (paxPath(text) ?? longName);
      continue;
    }
    if (kind === 'g') continue;
    const prefix = field(header, 345, 155);
    const short = field(header, 0, 100);
    keep(blob, longName ?? (prefix ? `${prefix}/${short}` : short), kind, from, size, found);
    longName = undefined;
    if (found.files.length > LIMITS.files)
      throw new ImportError('TOO_MANY', `${name} holds more than ${LIMITS.files} files.`);
  }
  // Some tools leave out the two empty records at the end, but a cut inside a record is a cut.
  if (at !== blob.size) throw cut;
  return found;
}

/** A tar archive, gzipped or not, of whatever another importer reads. */
export default defineImporter({
  id: 'tar',
  name: 'Tar archive',
  summary: 'A .tar, .tar.gz or .tgz of a folder per class, or of any other format this page reads.',
  extensions: ['.tar', '.tar.gz', '.tgz'],
  async recognise(files) {
    const [file] = files;
    if (!file || files.length > 1) return 0;
    return isTar(await file.head()) ? 95 : extension(file.path) === 'tar' ? 40 : 0;
  },
  async read(files, tools) {
    const archive = files[0]!;
    if (!isTar(await archive.head()))
      throw new ImportError('BAD_MAGIC', `${shortName(archive.path)} is not a tar archive.`);
    const { files: inside, skipped } = await unpack(await archive.blob(), archive.path);
    if (inside.length === 0 && skipped.length === 0)
      throw new ImportError('EMPTY', `${shortName(archive.path)} holds no file.`);
    return tools.inner(inside, skipped);
  },
});
