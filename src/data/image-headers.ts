/**
 * Type and size of an image file from its first bytes, so that a huge picture is refused before any decoder sees
 * it, and a damaged one gets a reason: decoders in browsers give none. Formats: PNG (W3C PNG 3), JPEG (ITU T.81),
 * GIF89a, BMP, WebP (RFC 9649), AVIF (ISO 23008-12 image properties, best effort).
 */
import { crc32 } from './crc';
import { ImportError } from './dataset';
import { LIMITS } from './limits';

export type ImageType = 'png' | 'jpeg' | 'gif' | 'bmp' | 'webp' | 'avif';

export interface ImageHeader {
  readonly type: ImageType;
  readonly width: number;
  readonly height: number;
}

/** Endings of files that are meant to be pictures this page reads. */
export const IMAGE_ENDINGS = new Set([
  'png',
  'apng',
  'jpg',
  'jpeg',
  'jpe',
  'jfif',
  'gif',
  'bmp',
  'webp',
  'avif',
]);

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Array.from(bytes.subarray(from, to), (b) => String.fromCharCode(b)).join('');

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const ARCHIVES = ['PK\x03\x04', 'PK\x05\x06', '\x1f\x8b', 'Rar!', '7z\xbc\xaf'];
const OTHER_PICTURES = ['II*\0', 'MM\0*', '8BPS'];

/** What the first bytes say, or undefined. */
export function sniff(bytes: Uint8Array): ImageType | 'other picture' | 'archive' | undefined {
  const start = text(bytes, 0, 12);
  const begins = (magic: string) => start.startsWith(magic);
  if (begins('\x89PNG\r\n\x1a\n')) return 'png';
  if (begins('\xff\xd8\xff')) return 'jpeg';
  if (begins('GIF8')) return 'gif';
  if (begins('BM') && bytes.length >= 26) return 'bmp';
  if (begins('RIFF') && start.endsWith('WEBP')) return 'webp';
  if (start.slice(4, 8) === 'ftyp') return /avi[fs]/.test(text(bytes, 8, 40)) ? 'avif' : 'other picture';
  if (OTHER_PICTURES.some(begins)) return 'other picture';
  if (/^[^a-z]{0,4}(<\?xml[\s\S]*)?<svg/i.test(text(bytes, 0, 512))) return 'other picture';
  return ARCHIVES.some(begins) ? 'archive' : undefined;
}

const cut = (name: string) =>
  new ImportError('TRUNCATED', `${name} ends too early; it was not copied whole.`);
const broken = (name: string, what: string) => new ImportError('CORRUPT', `${name} is damaged: ${what}.`);

/** Walks all chunks: size from IHDR, checksums, and that the end is there. */
function pngSize(bytes: Uint8Array, name: string): readonly [number, number] {
  const view = viewOf(bytes);
  let size: readonly [number, number] | undefined;
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw cut(name);
    const length = view.getUint32(at);
    const kind = text(bytes, at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(kind) || (!size && kind !== 'IHDR'))
      throw broken(name, 'a part has no valid name');
    const end = at + 8 + length;
    if (kind === 'IHDR' && end + 4 <= bytes.length && length >= 8) {
      if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
        throw new ImportError('BAD_CRC', `${name} is damaged: the checksum of its header does not match.`);
      size = [view.getUint32(at + 8), view.getUint32(at + 12)];
      // A size past the limits is the better reason, whatever else is wrong further on.
      if (!fits(...size)) return size;
    }
    if (end + 4 > bytes.length) throw cut(name);
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      throw new ImportError(
        'BAD_CRC',
        `${name} is damaged: the checksum of its ${kind} part does not match.`,
      );
    if (kind === 'IEND') return size!;
    at = end + 4;
  }
}

function jpegSize(bytes: Uint8Array, name: string): readonly [number, number] {
  const view = viewOf(bytes);
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw broken(name, 'a marker is missing');
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at++;
    else if (marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (at + 9 > bytes.length) throw cut(name);
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    } else at += 2 + view.getUint16(at + 2);
  }
  throw cut(name);
}

function webpSize(bytes: Uint8Array, name: string): readonly [number, number] {
  if (bytes.length < 30) throw cut(name);
  const view = viewOf(bytes);
  const kind = text(bytes, 12, 16);
  if (kind === 'VP8 ') return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  const three = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
  if (kind === 'VP8X') return [three(24), three(27)];
  throw broken(name, 'its first part is unknown');
}

/** The largest 'ispe' (image spatial extents) property near the start. */
function avifSize(bytes: Uint8Array, name: string): readonly [number, number] {
  const view = viewOf(bytes);
  let best: readonly [number, number] = [0, 0];
  let found = false;
  for (let at = 0; at + 16 <= Math.min(bytes.length, 65536); at++) {
    if (text(bytes, at, at + 4) !== 'ispe') continue;
    const size = [view.getUint32(at + 8), view.getUint32(at + 12)] as const;
    if (!found || size[0] * size[1] > best[0] * best[1]) best = size;
    found = true;
  }
  if (!found) throw cut(name);
  return best;
}

function sizeOf(type: ImageType, bytes: Uint8Array, name: string): readonly [number, number] {
  const view = viewOf(bytes);
  if (type === 'png') return pngSize(bytes, name);
  if (type === 'jpeg') return jpegSize(bytes, name);
  if (type === 'webp') return webpSize(bytes, name);
  if (type === 'avif') return avifSize(bytes, name);
  if (type === 'gif') {
    if (bytes.length < 13) throw cut(name);
    return [view.getUint16(6, true), view.getUint16(8, true)];
  }
  const old = view.getUint32(14, true) === 12;
  if (old) return [view.getUint16(18, true), view.getUint16(20, true)];
  return [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];
}

const fits = (width: number, height: number): boolean =>
  width >= 1 && height >= 1 && Math.max(width, height) <= LIMITS.side && width * height <= LIMITS.pixels;

/**
 * Type and size of an image. Throws ImportError naming the file: TRUNCATED, BAD_MAGIC (not what its name says),
 * UNSUPPORTED_TYPE, BAD_CRC, CORRUPT, DIMENSIONS.
 */
export function readHeader(bytes: Uint8Array, name: string): ImageHeader {
  if (bytes.length === 0) throw new ImportError('TRUNCATED', `${name} is empty.`);
  const type = sniff(bytes);
  if (type === 'other picture' || type === 'archive')
    throw new ImportError(
      'UNSUPPORTED_TYPE',
      `${name} is of a type browsers do not draw here; save it as PNG or JPEG.`,
    );
  if (!type) {
    if (bytes.length < 12) throw cut(name);
    throw new ImportError('BAD_MAGIC', `${name} is not a picture, whatever its name says.`);
  }
  const [width, height] = sizeOf(type, bytes, name);
  if (!fits(width, height))
    throw new ImportError(
      'DIMENSIONS',
      `${name} says it is ${width} x ${height} pixels; sides of 1 to ${LIMITS.side} are read.`,
    );
  return { type, width, height };
}
