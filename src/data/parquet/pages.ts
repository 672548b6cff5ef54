/**
 * The values of one Parquet column chunk, page by page, so that a large file never lies in memory whole. Page
 * headers, plain values and deltas are hyparquet's; levels and dictionary indices are read here, because every
 * count in the file is held to the number of rows before anything is made of it.
 */
import { inflateSync } from 'fflate';
import { decompress as inflateZstd } from 'fzstd';
import type { ColumnMetaData, DataReader, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { bytesAt } from '../block-reader';
import { ImportError } from '../dataset';
import { LIMITS } from '../limits';

export type Value = Uint8Array | string | number | bigint | boolean | null;
type Values = ArrayLike<Value>;

/** One leaf column of the file: what decoding its pages needs. */
export interface Leaf {
  readonly meta: ColumnMetaData;
  /** Optional elements on the way to it: a value is there when its level is this. */
  readonly depth: number;
  readonly length: number | undefined;
}

const HEADER_WINDOW = 64 * 1024;

const broken = (what: string) => new ImportError('CORRUPT', what);

/** Codecs of page contents. `size` is what the header promises, already held to the limits. */
function unpack(codec: string, packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  if (codec === 'SNAPPY') snappyUncompress(packed, out);
  else if (codec === 'ZSTD') return inflateZstd(packed, out);
  // A gzip member: ten bytes of header without options, raw deflate, eight bytes of checksum and length.
  else if (codec === 'GZIP') return inflateSync(packed.subarray(10, packed.length - 8), { out });
  else throw new ImportError('UNSUPPORTED_COMPRESSION', `it is packed with ${codec}`);
  return out;
}

function content(codec: string, packed: Uint8Array, size: number): Uint8Array {
  if (codec === 'UNCOMPRESSED') return packed;
  if (!(size >= 0 && size <= LIMITS.file) || (size > LIMITS.ratioFrom && size > LIMITS.ratio * packed.length))
    throw new ImportError('BOMB', `a part would unpack to ${Math.round(size / 2 ** 20)} MB`);
  const bytes = unpack(codec, packed, size);
  if (bytes.length !== size) throw broken('a part is not as long as it says');
  return bytes;
}

const readerOf = (bytes: Uint8Array): DataReader => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
});

/** Unsigned LEB128 of at most 32 bits. */
function varint(bytes: Uint8Array, at: number): readonly [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return [value, at + i + 1];
  }
  throw broken('a number does not end');
}

/** `count` small numbers of `width` bits in runs and packs (Parquet's RLE / bit-packing hybrid). */
export function hybrid(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (width < 0 || width > 32) throw broken('a width is impossible');
  const out = new Uint32Array(count);
  for (let seen = 0, at = 0; seen < count; ) {
    const [header, next] = varint(bytes, at);
    at = next;
    const packed = header % 2 === 1;
    const length = Math.floor(header / 2) * (packed ? 8 : 1);
    const size = packed ? Math.ceil((length * width) / 8) : Math.ceil(width / 8);
    if (length === 0) throw broken('a run is empty');
    const until = Math.min(count, seen + length);
    if (at + (packed ? Math.ceil(((until - seen) * width) / 8) : size) > bytes.length)
      throw broken('it ends inside a run');
    if (packed)
      for (let bit = at * 8; seen < until; seen++) {
        let value = 0;
        for (let k = 0; k < width; k++, bit++) value += ((bytes[bit >> 3]! >> (bit & 7)) & 1) * 2 ** k;
        out[seen] = value;
      }
    else {
      let value = 0;
      for (let k = 0; k < size; k++) value += bytes[at + k]! * 256 ** k;
      out.fill(value, seen, until);
      seen = until;
    }
    at += size;
  }
  return out;
}

function deltas(encoding: string, reader: DataReader, type: string, count: number): Values {
  if (type === 'BYTE_ARRAY') {
    const out: Uint8Array[] = new Array(count);
    if (encoding === 'DELTA_LENGTH_BYTE_ARRAY') deltaLengthByteArray(reader, count, out);
    else deltaByteArray(reader, count, out);
    return out;
  }
  const out = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
  deltaBinaryUnpack(reader, count, out);
  return out;
}

function decode(
  leaf: Leaf,
  encoding: string,
  bytes: Uint8Array,
  count: number,
  dictionary: Values | undefined,
) {
  const { type } = leaf.meta;
  if (count === 0) return [];
  if (encoding === 'PLAIN') return readPlain(readerOf(bytes), type, count, leaf.length) as Values;
  if (encoding === 'RLE' && type === 'BOOLEAN')
    return Array.from(hybrid(bytes.subarray(4), 1, count), (bit) => bit === 1);
  if (encoding.endsWith('_DICTIONARY')) {
    if (!dictionary) throw broken('its dictionary is missing');
    const width = bytes[0] ?? 0;
    const indices = width === 0 ? new Uint32Array(count) : hybrid(bytes.subarray(1), width, count);
    return Array.from(indices, (i) => {
      if (i >= dictionary.length) throw broken('a value is not in its dictionary');
      return dictionary[i]!;
    });
  }
  if (encoding.startsWith('DELTA_')) return deltas(encoding, readerOf(bytes), type, count);
  throw new ImportError('UNSUPPORTED_COMPRESSION', `it is encoded as ${encoding}`);
}

/** Puts the values where the levels say one is there; null elsewhere. */
function withNulls(
  leaf: Leaf,
  levels: Uint32Array | undefined,
  decodeValues: (count: number) => Values,
  count: number,
) {
  if (!levels) return Array.from(decodeValues(count));
  const there = levels.reduce((sum, level) => sum + (level === leaf.depth ? 1 : 0), 0);
  const values = decodeValues(there);
  let next = 0;
  return Array.from(levels, (level) => (level === leaf.depth ? values[next++]! : null));
}

const levelWidth = (depth: number) => 32 - Math.clz32(depth);

function dataPage(
  leaf: Leaf,
  header: PageHeader,
  packed: Uint8Array,
  rows: number,
  dictionary: Values | undefined,
) {
  const one = header.data_page_header;
  const two = header.data_page_header_v2;
  const count = one?.num_values ?? two?.num_values ?? -1;
  if (!(count >= 0 && count <= rows)) throw broken('a page holds more values than there are rows');
  const { codec } = leaf.meta;
  if (one) {
    const bytes = content(codec, packed, header.uncompressed_page_size);
    const length = leaf.depth ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : 0;
    const start = leaf.depth ? 4 + length : 0;
    if (start > bytes.length) throw broken('it ends inside its levels');
    const levels = leaf.depth ? hybrid(bytes.subarray(4, start), levelWidth(leaf.depth), count) : undefined;
    return withNulls(
      leaf,
      levels,
      (n) => decode(leaf, one.encoding, bytes.subarray(start), n, dictionary),
      count,
    );
  }
  if (two?.repetition_levels_byte_length !== 0) throw broken('a page is of an unknown kind');
  const start = two.definition_levels_byte_length;
  if (!(start >= 0 && start <= packed.length)) throw broken('it ends inside its levels');
  const levels = leaf.depth ? hybrid(packed.subarray(0, start), levelWidth(leaf.depth), count) : undefined;
  const body = packed.subarray(start);
  const bytes =
    two.is_compressed === false ? body : content(codec, body, header.uncompressed_page_size - start);
  return withNulls(leaf, levels, (n) => decode(leaf, two.encoding, bytes, n, dictionary), count);
}

/** A page header and where its content begins. Statistics can make it long, so the window grows until it fits. */
async function headerAt(blob: Blob, at: number, end: number): Promise<{ header: PageHeader; from: number }> {
  for (let window = HEADER_WINDOW; ; window *= 8) {
    const bytes = await bytesAt(blob, at, Math.min(end, at + window));
    const reader = readerOf(bytes);
    try {
      const header = parquetHeader(reader);
      return { header, from: at + reader.offset };
    } catch (error) {
      if (at + window >= end) throw error;
    }
  }
}

/** The values of one chunk, page after page. Throws ImportError, or whatever the library throws on damage. */
export async function* pages(blob: Blob, leaf: Leaf, rows: number): AsyncGenerator<readonly Value[]> {
  const { meta } = leaf;
  let at = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = at + Number(meta.total_compressed_size);
  if (!(at >= 4 && end > at && end <= blob.size)) throw broken('a column lies outside the file');
  let dictionary: Values | undefined;
  for (let left = rows; left > 0 && at < end; ) {
    const { header, from } = await headerAt(blob, at, end);
    at = from + header.compressed_page_size;
    if (!(header.compressed_page_size >= 0 && at <= end)) throw broken('a page ends outside its column');
    const packed = await bytesAt(blob, from, at);
    const entries = header.dictionary_page_header?.num_values ?? -1;
    if (header.type === 'DICTIONARY_PAGE') {
      if (!(entries >= 0 && entries <= LIMITS.files)) throw broken('its dictionary is too large');
      const bytes = content(meta.codec, packed, header.uncompressed_page_size);
      dictionary = readPlain(readerOf(bytes), meta.type, entries, leaf.length) as Values;
    } else if (header.type !== 'INDEX_PAGE') {
      const values = dataPage(leaf, header, packed, left, dictionary);
      left -= values.length;
      if (values.length) yield values;
    }
  }
}
