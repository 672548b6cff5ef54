/**
 * One saved value as a file: a header of 64 bytes, JSON, then arrays. Little-endian. The header's first four fields
 * keep their places in every version, so that any version can tell a newer file from a damaged one.
 *
 *   0  u32  magic 'CNDR'      16  f64  bytes in all          40  zeros
 *   4  u32  version           24  f64  bytes of JSON         60  u32  checksum of everything else
 *   8  f64  sequence          32  f64  milliseconds since 1970
 */
import { crc32 } from '../../data/crc';
import { type Packed, pack, padded, unpack } from './pack';

export const VERSION = 1;
const MAGIC = 0x52444e43;
export const HEADER = 64;
const CHECKSUM_AT = 60;

type Bytes = Uint8Array<ArrayBuffer>;

export interface Saved {
  readonly kind: 'good';
  readonly version: number;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: unknown;
}

/** What a file turned out to be. */
export type Content =
  | Saved
  | { readonly kind: 'empty' }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'newer'; readonly version: number };

const filler = (bytes: number): Bytes => new Uint8Array(padded(bytes) - bytes);

function laid({ text, arrays }: Packed): { readonly pieces: Uint8Array[]; readonly textBytes: number } {
  const json = new TextEncoder().encode(text);
  const pieces = [json, ...arrays].flatMap((piece) => {
    const rest = filler(piece.length);
    return rest.length ? [piece, rest] : [piece];
  });
  return { pieces, textBytes: json.length };
}

/** The file in pieces to be written one after the other; arrays are not copied. */
export function fileOf(value: unknown, sequence: number, time: number, version = VERSION): Uint8Array[] {
  const { pieces, textBytes } = laid(pack(value));
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  const total = HEADER + pieces.reduce((sum, { length }) => sum + length, 0);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, version, true);
  view.setFloat64(8, sequence, true);
  view.setFloat64(16, total, true);
  view.setFloat64(24, textBytes, true);
  view.setFloat64(32, time, true);
  const sum = [header.subarray(0, CHECKSUM_AT), ...pieces].reduce((crc, piece) => crc32(piece, crc), 0);
  view.setUint32(CHECKSUM_AT, sum, true);
  return [header, ...pieces];
}

/** What is wrong with a file, in words; undefined when it is what was written, of whatever version. */
export function damageOf(bytes: Bytes): string | undefined {
  if (bytes.length < HEADER) return 'it is shorter than its header';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC) return 'it is no saved run';
  if (view.getFloat64(16, true) !== bytes.length) return 'its length is not the one it was written with';
  const sum = crc32(bytes.subarray(HEADER), crc32(bytes.subarray(0, CHECKSUM_AT)));
  return sum === view.getUint32(CHECKSUM_AT, true) ? undefined : 'its checksum does not hold';
}

/** Reads a file of any kind; never throws. */
export function contentOf(bytes: Bytes): Content {
  if (bytes.length === 0) return { kind: 'empty' };
  const damage = damageOf(bytes);
  if (damage !== undefined) return { kind: 'damaged', reason: damage };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const body = bytes.subarray(HEADER);
  const version = view.getUint32(4, true);
  if (version > VERSION) return { kind: 'newer', version };
  const textBytes = view.getFloat64(24, true);
  try {
    const text = new TextDecoder().decode(body.subarray(0, textBytes));
    const value = unpack(text, body.subarray(padded(textBytes)));
    return {
      kind: 'good',
      version,
      sequence: view.getFloat64(8, true),
      time: view.getFloat64(32, true),
      value,
    };
  } catch (error) {
    return { kind: 'damaged', reason: error instanceof Error ? error.message : String(error) };
  }
}
