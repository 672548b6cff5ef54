/** A small PNG encoder and decoder on Node's zlib, for tests that have no browser. */
import { deflateSync, inflateSync } from 'node:zlib';
import { crc32 } from '../../../src/data/crc';
import { readHeader } from '../../../src/data/image-headers';
import type { DecodePicture, Picture } from '../../../src/data/kit';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function chunk(kind: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** 8 bit RGB pixels as a PNG file. */
export function encodePng(rgb: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++)
    rows.set(rgb.subarray(3 * width * y, 3 * width * (y + 1)), y * (1 + 3 * width) + 1);
  const parts = [
    Buffer.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

/** A PNG of one colour. */
export const flatPng = (width: number, height: number, colour: readonly [number, number, number]) =>
  encodePng(
    Uint8Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3]!),
    width,
    height,
  );

interface Chunks {
  readonly header: DataView;
  readonly data: Uint8Array;
  readonly palette: Uint8Array;
  readonly alpha: Uint8Array;
}

function chunksOf(file: Uint8Array): Chunks {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found = new Map<string, Uint8Array[]>();
  for (let at = 8; at + 12 <= file.length; ) {
    const length = view.getUint32(at);
    const kind = Buffer.from(file.subarray(at + 4, at + 8)).toString('latin1');
    found.set(kind, [...(found.get(kind) ?? []), file.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const all = (kind: string) => new Uint8Array(Buffer.concat(found.get(kind) ?? []));
  return {
    header: new DataView(all('IHDR').buffer),
    data: all('IDAT'),
    palette: all('PLTE'),
    alpha: all('tRNS'),
  };
}

const paeth = (a: number, b: number, c: number): number => {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

/** Undoes the row filters of one (sub)image in place; returns its rows. */
function unfilter(
  raw: Uint8Array,
  from: number,
  rowBytes: number,
  height: number,
  step: number,
): Uint8Array[] {
  const rows: Uint8Array[] = [];
  for (let y = 0; y < height; y++) {
    const start = from + y * (rowBytes + 1);
    if (start + rowBytes + 1 > raw.length) throw new Error('too few bytes');
    const kind = raw[start]!;
    if (kind > 4) throw new Error('unknown filter');
    const row = raw.slice(start + 1, start + 1 + rowBytes);
    if (kind === 0) {
      rows.push(row);
      continue;
    }
    for (let i = 0; i < rowBytes; i++) {
      const a = i >= step ? row[i - step]! : 0;
      const b = rows[y - 1]?.[i] ?? 0;
      const c = i >= step ? (rows[y - 1]?.[i - step] ?? 0) : 0;
      row[i] = row[i]! + [0, a, b, (a + b) >> 1, paeth(a, b, c)][kind]!;
    }
    rows.push(row);
  }
  return rows;
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const SAMPLES = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

function sample(row: Uint8Array, index: number, bits: number): number {
  if (bits === 8) return row[index]!;
  if (bits === 16) return row[2 * index]! * 256 + row[2 * index + 1]!;
  const at = index * bits;
  return (row[at >> 3]! >> (8 - bits - (at & 7))) & ((1 << bits) - 1);
}

function colourOf(
  values: readonly number[],
  type: number,
  bits: number,
  { palette, alpha }: Chunks,
): number[] {
  const scale = (v: number) => (bits === 16 ? Math.round(v / 257) : (v * 255) / ((1 << bits) - 1));
  if (type === 3) {
    const [i = 0] = values;
    if (3 * i + 2 >= palette.length) throw new Error('colour outside the palette');
    return [palette[3 * i]!, palette[3 * i + 1]!, palette[3 * i + 2]!, alpha[i] ?? 255];
  }
  const rgb = type === 0 || type === 4 ? [values[0]!, values[0]!, values[0]!] : values.slice(0, 3);
  const key = Array.from({ length: alpha.length / 2 }, (_, i) => alpha[2 * i]! * 256 + alpha[2 * i + 1]!);
  const through = key.length > 0 && key.every((v, i) => v === values[i]);
  const opaque = type === 4 ? scale(values[1]!) : type === 6 ? scale(values[3]!) : through ? 0 : 255;
  return [...rgb.map(scale), opaque];
}

/** Decodes any standard PNG to RGBA; throws when it cannot. */
export function decodePng(file: Uint8Array): Picture {
  const parts = chunksOf(file);
  const [width, height] = [parts.header.getUint32(0), parts.header.getUint32(4)];
  const [bits, type, interlaced] = [
    parts.header.getUint8(8),
    parts.header.getUint8(9),
    parts.header.getUint8(12),
  ];
  const samples = SAMPLES.get(type);
  if (!samples || ![1, 2, 4, 8, 16].includes(bits)) throw new Error('unknown colour type or depth');
  const raw = new Uint8Array(inflateSync(parts.data));
  const rgba = new Uint8Array(width * height * 4);
  const step = Math.max(1, (bits * samples) >> 3);
  // One sample of few bits has few colours: each is worked out once.
  const colours = new Map<number, number[]>();
  const single = (value: number) => {
    const colour = colours.get(value) ?? colourOf([value], type, bits, parts);
    colours.set(value, colour);
    return colour;
  };
  let from = 0;
  for (const [x0, y0, dx, dy] of interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const)) {
    const [w, h] = [Math.ceil((width - x0) / dx), Math.ceil((height - y0) / dy)];
    if (w < 1 || h < 1) continue;
    const rowBytes = Math.ceil((w * bits * samples) / 8);
    unfilter(raw, from, rowBytes, h, step).forEach((row, y) => {
      for (let x = 0; x < w; x++) {
        const at = 4 * ((y0 + y * dy) * width + x0 + x * dx);
        if (samples === 1) rgba.set(single(sample(row, x, bits)), at);
        else {
          const values = Array.from({ length: samples }, (_, c) => sample(row, x * samples + c, bits));
          rgba.set(colourOf(values, type, bits, parts), at);
        }
      }
    });
    from += h * (rowBytes + 1);
  }
  return { width, height, rgba };
}

/** PNG is decoded; of other types only the size is looked at and the picture is middle grey. */
export const decodeInNode: DecodePicture = async (bytes, mimeType) => {
  if (mimeType === 'image/png') return decodePng(bytes);
  const { width, height } = readHeader(bytes, 'test image');
  const rgba = new Uint8Array(width * height * 4).fill(128);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return { width, height, rgba };
};
