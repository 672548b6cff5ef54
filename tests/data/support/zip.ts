/** Writes small zip and tar archives byte by byte, with any lie a test wants to tell. */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../../src/data/crc';

export interface ZipItem {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array | string;
  /** 0 stored, 8 deflate (the default). */
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly unpacked?: number;
  readonly mode?: number;
}

const bytesOf = (data: Uint8Array | string | undefined) => Buffer.from(data ?? '');

function fields(widths: readonly number[], values: readonly number[]): Buffer {
  const out = Buffer.alloc(widths.reduce((a, b) => a + b, 0));
  let at = 0;
  for (const [i, width] of widths.entries()) {
    out.writeUIntLE(values[i]!, at, width);
    at += width;
  }
  return out;
}

/** The zip64 end record and its locator, for more entries than 16 bits count. */
const end64 = (count: number, size: number, offset: number): Buffer =>
  fields(
    [4, 4, 4, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4],
    [
      0x06064b50,
      44,
      0,
      45,
      45,
      0,
      0,
      count,
      0,
      count,
      0,
      size,
      0,
      offset,
      0,
      0x07064b50,
      0,
      offset + size,
      0,
      1,
    ],
  );

/** `shared`: all entries point at the first one's bytes. */
export function zip(
  items: readonly ZipItem[],
  { shared = false, comment = '' } = {},
): Uint8Array<ArrayBuffer> {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  let start = 0;
  for (const [i, item] of items.entries()) {
    const name = Buffer.from(item.name as string);
    const data = bytesOf(item.data);
    const method = item.method ?? 8;
    const packed = method === 8 ? deflateRawSync(data) : data;
    const flags = item.flags ?? 0x800;
    const common = [
      flags,
      method,
      0,
      0x5a21,
      item.crc ?? crc32(data),
      packed.length,
      item.unpacked ?? data.length,
      name.length,
      0,
    ];
    if (!shared || i === 0) {
      start = offset;
      locals.push(fields([4, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2], [0x04034b50, 20, ...common]), name, packed);
      offset += 30 + name.length + packed.length;
    }
    const mode = ((item.mode ?? 0o100644) << 16) >>> 0;
    central.push(
      fields(
        [4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4],
        [0x02014b50, 0x0314, 20, ...common, 0, 0, 0, mode, start],
      ),
      name,
    );
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const count = Math.min(0xffff, items.length);
  const end = fields(
    [4, 2, 2, 2, 2, 4, 4, 2],
    [0x06054b50, 0, 0, count, count, size, offset, comment.length],
  );
  const wide = items.length > 0xffff ? end64(items.length, size, offset) : Buffer.alloc(0);
  return new Uint8Array(Buffer.concat([...locals, ...central, wide, end, Buffer.from(comment)]));
}

/** A ustar archive; `kind` is the type flag, '0' for a file. */
export function tar(
  items: readonly { name: string; data?: Uint8Array | string; kind?: string }[],
): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  for (const { name, data, kind = '0' } of items) {
    const content = bytesOf(data);
    const header = Buffer.alloc(512);
    header.write(name.slice(0, 100), 0, 'utf8');
    header.write('0000644\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(kind, 156);
    header.write('ustar\x0000', 257);
    header.write(
      `${header
        .reduce((a, b) => a + b, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    parts.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return new Uint8Array(Buffer.concat([...parts, Buffer.alloc(1024)]));
}
