/**
 * The central directory of a zip archive, read by random access on a Blob (PKWARE APPNOTE 6.3.10, sections 4.3
 * and 4.5). Only the directory is trusted for names and sizes; nothing is unpacked here.
 */
import { bytesAt } from './block-reader';
import { ImportError } from './dataset';
import { LIMITS } from './limits';
import { shortName } from './names';

export interface ZipEntry {
  /** Forward slashes; as stored otherwise. */
  readonly path: string;
  readonly folder: boolean;
  readonly symlink: boolean;
  readonly encrypted: boolean;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  /** Place of the local header in the Blob. */
  readonly offset: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
const MAX_DIRECTORY = 256 * 2 ** 20;

/** Upper half of code page 437, the character set of zip names without the UTF-8 flag. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** UTF-8 when flagged, or when it is valid UTF-8 all the same (macOS leaves the flag out); else code page 437. */
export function decodeName(bytes: Uint8Array, flagged: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    if (flagged) return new TextDecoder().decode(bytes);
    return Array.from(bytes, (b) => (b < 128 ? String.fromCharCode(b) : CP437[b - 128]!)).join('');
  }
}

interface End {
  readonly entries: number;
  readonly size: number;
  /** Where the directory lies in the Blob, junk in front of the archive included. */
  readonly start: number;
  /** What has to be added to every stored offset. */
  readonly shift: number;
}

/** The last end record whose comment reaches exactly to the end of the file. */
function findEnd(tail: DataView): number {
  for (let at = tail.byteLength - END_SIZE; at >= 0; at--)
    if (tail.getUint32(at, true) === END && at + END_SIZE + tail.getUint16(at + 20, true) === tail.byteLength)
      return at;
  return -1;
}

async function readEnd64(blob: Blob, end: number): Promise<End | undefined> {
  if (end < 20) return undefined;
  const locator = new DataView((await bytesAt(blob, end - 20, end)).buffer);
  if (locator.getUint32(0, true) !== LOCATOR64) return undefined;
  const stored = Number(locator.getBigUint64(8, true));
  for (const at of [stored, end - 20 - 56]) {
    const record = new DataView((await bytesAt(blob, at, at + 56)).buffer);
    if (record.byteLength < 56 || record.getUint32(0, true) !== END64) continue;
    const size = Number(record.getBigUint64(40, true));
    const start = at - size;
    return {
      entries: Number(record.getBigUint64(32, true)),
      size,
      start,
      shift: start - Number(record.getBigUint64(48, true)),
    };
  }
  return undefined;
}

async function readEnd(blob: Blob, name: string): Promise<End> {
  const from = Math.max(0, blob.size - END_SIZE - MAX_COMMENT);
  const tail = new DataView((await bytesAt(blob, from, blob.size)).buffer);
  const at = tail.byteLength < END_SIZE ? -1 : findEnd(tail);
  if (at < 0) {
    const start = new TextDecoder('latin1').decode(await bytesAt(blob, 0, 4));
    if (start.startsWith('PK'))
      throw new ImportError(
        'TRUNCATED',
        `${name} is cut off: the directory at its end is missing. Copy or download it again.`,
      );
    throw new ImportError('BAD_MAGIC', `${name} is not a zip archive, whatever its name says.`);
  }
  const wide = await readEnd64(blob, from + at);
  if (wide) return wide;
  const size = tail.getUint32(at + 12, true);
  const start = from + at - size;
  return {
    entries: tail.getUint16(at + 10, true),
    size,
    start,
    shift: start - tail.getUint32(at + 16, true),
  };
}

/** Sizes and offset that did not fit their 32 bit fields, from the zip64 extra field, in its fixed order. */
function widen(extra: DataView, fields: number[]): void {
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const id = extra.getUint16(at, true);
    const end = at + 4 + extra.getUint16(at + 2, true);
    if (id === 1)
      for (let i = 0, p = at + 4; i < fields.length; i++)
        if (fields[i] === 0xffffffff && p + 8 <= Math.min(end, extra.byteLength)) {
          fields[i] = Number(extra.getBigUint64(p, true));
          p += 8;
        }
    at = end;
  }
}

function readEntry(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  shift: number,
): { entry: ZipEntry; next: number } {
  const flags = view.getUint16(at + 8, true);
  const nameEnd = at + 46 + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  if (extraEnd > bytes.length) throw new RangeError('the directory ends inside an entry');
  const fields = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ];
  widen(new DataView(view.buffer, nameEnd, extraEnd - nameEnd), fields);
  const path = decodeName(bytes.subarray(at + 46, nameEnd), (flags & 0x800) !== 0).replaceAll('\\', '/');
  const mode = view.getUint32(at + 38, true) >>> 16;
  const entry: ZipEntry = {
    path,
    folder: path.endsWith('/'),
    symlink: view.getUint8(at + 5) === 3 && (mode & 0xf000) === 0xa000,
    encrypted: (flags & 1) !== 0,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    unpacked: fields[0]!,
    packed: fields[1]!,
    offset: fields[2]! + shift,
  };
  return { entry, next: extraEnd + view.getUint16(at + 32, true) };
}

/** Throws OVERLAP when two entries share bytes: the way one block is unpacked many thousand times. */
function refuseOverlap(entries: readonly ZipEntry[], name: string): void {
  const sorted = entries.filter((entry) => !entry.folder).sort((p, q) => p.offset - q.offset);
  for (let i = 1; i < sorted.length; i++) {
    const before = sorted[i - 1]!;
    if (before.offset + 30 + before.packed > sorted[i]!.offset)
      throw new ImportError('OVERLAP', `${name} stores entries on top of each other; zip the folder again.`);
  }
}

/**
 * All entries of the archive in directory order. Throws ImportError: EMPTY, TRUNCATED, BAD_MAGIC, BAD_HEADER,
 * TOO_MANY, OVERLAP.
 */
export async function readDirectory(blob: Blob, archive: string): Promise<ZipEntry[]> {
  const name = shortName(archive);
  if (blob.size === 0) throw new ImportError('EMPTY', `${name} is an empty file.`);
  const end = await readEnd(blob, name);
  if (end.entries > LIMITS.files)
    throw new ImportError(
      'TOO_MANY',
      `${name} holds ${end.entries} files; at most ${LIMITS.files} are read.`,
    );
  if (end.start < 0 || end.size > MAX_DIRECTORY || (end.shift < 0 && end.entries > 0))
    throw new ImportError('BAD_HEADER', `${name} has a damaged directory; zip the folder again.`);
  const bytes = await bytesAt(blob, end.start, end.start + end.size);
  const view = new DataView(bytes.buffer);
  const entries: ZipEntry[] = [];
  try {
    for (
      let at = 0;
      at < bytes.length && view.getUint32(at, true) === CENTRAL && entries.length < LIMITS.files;
    ) {
      const { entry, next } = readEntry(view, bytes, at, end.shift);
      entries.push(entry);
      at = next;
    }
  } catch {
    throw new ImportError('BAD_HEADER', `${name} has a damaged directory; zip the folder again.`);
  }
  if (entries.length < end.entries)
    throw new ImportError(
      'BAD_HEADER',
      `${name} promises ${end.entries} files and lists ${entries.length}; zip the folder again.`,
    );
  refuseOverlap(entries, name);
  return entries;
}
