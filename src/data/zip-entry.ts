/** Unpacking one entry of a zip archive: at most what the directory promises, checked by length and CRC-32. */
import { Inflate, inflateSync } from 'fflate';
import type { BlockReader } from './block-reader';
import { crc32 } from './crc';
import { ImportError } from './dataset';
import type { InputFile } from './kit';
import { LIMITS } from './limits';
import { shortName } from './names';
import type { ZipEntry } from './zip-directory';

const LOCAL = 0x04034b50;
const FEED = 16 * 1024;
const SMALL = 64 * 1024;
const HEAD = 4096;

/** Thrown inside the inflater to stop it. */
const STOP = new Error('enough');

/** Raw deflate, stopping once more than `limit` bytes came out. Throws when the stream is damaged. */
function inflateRaw(packed: Uint8Array, limit: number): { parts: Uint8Array[]; length: number } {
  const parts: Uint8Array[] = [];
  let length = 0;
  const inflate = new Inflate((chunk) => {
    parts.push(chunk);
    length += chunk.length;
    if (length > limit) throw STOP;
  });
  try {
    for (let at = 0; at < packed.length; at += FEED)
      inflate.push(packed.subarray(at, at + FEED), at + FEED >= packed.length);
  } catch (error) {
    if (error !== STOP) throw error;
  }
  return { parts, length };
}

/**
 * The content of a small entry in one go, or undefined when it is not exactly as long as promised or damaged:
 * then the slow way finds out why. Bounded by the promise, which `refusal` has held to the packed size.
 */
function inflateSmall(packed: Uint8Array, entry: ZipEntry): Uint8Array<ArrayBuffer> | undefined {
  if (entry.method !== 8 || packed.length > SMALL || entry.unpacked > LIMITS.ratioFrom) return undefined;
  try {
    const out = inflateSync(packed, { out: new Uint8Array(entry.unpacked + 1) });
    return out.length === entry.unpacked ? out : undefined;
  } catch {
    return undefined;
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part.subarray(0, length - at), at);
    at += part.length;
  }
  return out;
}

/** The packed bytes, found through the entry's local header. */
async function packedBytes(reader: BlockReader, entry: ZipEntry, name: string): Promise<Uint8Array> {
  const header = await reader.read(entry.offset, entry.offset + 30);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.byteLength < 30 || view.getUint32(0, true) !== LOCAL)
    throw new ImportError('CORRUPT', `${name} is not where the archive says it is.`);
  const from = entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = await reader.read(from, from + entry.packed);
  if (packed.length < entry.packed)
    throw new ImportError('TRUNCATED', `${name} is cut off inside the archive.`);
  return packed;
}

function unpack(packed: Uint8Array, entry: ZipEntry, name: string, limit: number) {
  if (entry.method === 0) return { parts: [packed], length: packed.length };
  try {
    return inflateRaw(packed, limit);
  } catch {
    throw new ImportError('CORRUPT', `${name} does not unpack; the archive is damaged there.`);
  }
}

/** Throws SIZE_LIE unless the content is as long as promised. */
function exact(
  { parts, length }: ReturnType<typeof unpack>,
  entry: ZipEntry,
  name: string,
): Uint8Array<ArrayBuffer> {
  if (length === entry.unpacked) return join(parts, length);
  throw new ImportError('SIZE_LIE', `${name} is not as long as the archive says (${entry.unpacked} bytes).`);
}

/**
 * The content. Throws ImportError: CORRUPT, TRUNCATED, SIZE_LIE when it is longer or shorter than promised,
 * BAD_CRC when its checksum differs.
 */
async function readWhole(
  reader: BlockReader,
  entry: ZipEntry,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = await packedBytes(reader, entry, name);
  const bytes =
    inflateSmall(packed, entry) ?? exact(unpack(packed, entry, name, entry.unpacked), entry, name);
  if (crc32(bytes) !== entry.crc)
    throw new ImportError('BAD_CRC', `${name} has a wrong checksum; it is damaged.`);
  return bytes;
}

/** An entry as an input file, unpacked each time it is asked for. */
export function entryInput(reader: BlockReader, entry: ZipEntry, path: string): InputFile {
  const name = shortName(path);
  const bytes = () => readWhole(reader, entry, name);
  return {
    path,
    bytes,
    blob: async () => new Blob([await bytes()]),
    head: async () => {
      try {
        const packed = await packedBytes(reader, entry, name);
        const { parts, length } = unpack(packed, entry, name, HEAD);
        return join(parts, Math.min(length, HEAD));
      } catch {
        return new Uint8Array(0);
      }
    },
  };
}

/** Why one entry is left out before it is unpacked, by the directory alone. */
export function refusal(
  entry: ZipEntry,
): readonly ['SYMLINK' | 'ENCRYPTED' | 'UNSUPPORTED_COMPRESSION' | 'BOMB', string] | undefined {
  if (entry.symlink) return ['SYMLINK', 'it is a link, not a file'];
  if (entry.encrypted)
    return ['ENCRYPTED', 'it is protected by a password; unpack the archive and drop the folder'];
  if (entry.method !== 0 && entry.method !== 8)
    return [
      'UNSUPPORTED_COMPRESSION',
      'it is packed in a way this page does not read; zip it with plain deflate',
    ];
  const ratio = entry.unpacked / Math.max(1, entry.packed);
  if (entry.unpacked > LIMITS.file || (entry.unpacked > LIMITS.ratioFrom && ratio > LIMITS.ratio))
    return ['BOMB', `it would unpack to ${Math.round(entry.unpacked / 2 ** 20)} MB`];
  return undefined;
}
