/**
 * NumPy .npy arrays (NEP 1: format versions 1.0 to 3.0). The header is a Python literal; it is read by hand, by a
 * pattern that allows only the three known keys. Object arrays hold pickles and are never opened.
 */
import { ImportError } from './dataset';
import { shortName } from './names';

export interface NpyHeader {
  /** '<f4', '|u1', '<U5', ... */
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly offset: number;
  readonly items: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const LITERAL =
  /^\{((?:\s*'(?:descr|fortran_order|shape)'\s*:\s*(?:'[^']*'|True|False|\([\d,\sL-]*\))\s*,?)*)\s*\}\s*$/;

const bad = (name: string, why: string) =>
  new ImportError('BAD_HEADER', `${name} is no readable NumPy array: ${why}.`);

function parseHeader(header: string, name: string): Omit<NpyHeader, 'offset' | 'items'> {
  if (/'descr'\s*:\s*\[/.test(header))
    throw new ImportError('UNSUPPORTED_DTYPE', `${name} holds records; save plain arrays of numbers.`);
  if (!LITERAL.test(header)) throw bad(name, 'its header is not the usual one');
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || shape === undefined)
    throw bad(name, 'its header lacks an entry');
  const sizes = shape
    .split(',')
    .map((part) => part.trim().replace(/L$/, ''))
    .filter((part) => part !== '');
  if (!sizes.every((part) => /^\d{1,15}$/.test(part))) throw bad(name, `its shape is (${shape})`);
  return { descr, fortran: order === 'True', shape: sizes.map(Number) };
}

/** Bytes of one value; 0 for types that are not read. */
export function itemSize(descr: string): number {
  const match = /^[<>|=]?(?:([biuf])([1248])|b1|([SU])(\d{1,4}))$/.exec(descr);
  if (!match) return 0;
  if (match[3]) return Number(match[4]) * (match[3] === 'U' ? 4 : 1);
  return Number(match[2] ?? 1);
}

/**
 * The header of an array. Throws ImportError: BAD_MAGIC, BAD_HEADER, OBJECT_DTYPE, UNSUPPORTED_DTYPE, TRUNCATED
 * when the file is shorter than the header promises.
 */
export function readNpyHeader(bytes: Uint8Array, path: string): NpyHeader {
  const name = shortName(path);
  if (!MAGIC.every((b, i) => bytes[i] === b))
    throw new ImportError('BAD_MAGIC', `${name} is not a NumPy array.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  const start = version === 1 ? 10 : 12;
  if (version < 1 || version > 3 || bytes.length < start) throw bad(name, 'its format version is unknown');
  const offset = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (offset > bytes.length) throw bad(name, 'its header is longer than the file');
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(start, offset)), name);
  if (/^[<>|=]?O/.test(header.descr))
    throw new ImportError(
      'OBJECT_DTYPE',
      `${name} holds Python objects, which could run code; save it as numbers or fixed-width text.`,
    );
  const size = itemSize(header.descr);
  if (size === 0 && !/^[<>|=]?[SU]0$/.test(header.descr))
    throw new ImportError(
      'UNSUPPORTED_DTYPE',
      `${name} holds values of type ${shortName(header.descr)}; save whole numbers or floats.`,
    );
  const items = header.shape.reduce((product, n) => product * n, 1);
  if (!(items * size <= bytes.length - offset))
    throw new ImportError('TRUNCATED', `${name} promises ${items} values and is too short for them.`);
  return { ...header, offset, items };
}

/** IEEE half precision. */
function half(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : (2 ** -14 * fraction) / 1024);
}

/** A function giving value number i, in the order of the file. 64 bit whole numbers lose digits past 2^53. */
export function valueReader(bytes: Uint8Array, header: NpyHeader): (i: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.offset);
  const little = !header.descr.startsWith('>');
  const kind = header.descr.replace(/^[<>|=]/, '');
  const readers: Readonly<Record<string, (i: number) => number>> = {
    b1: (i) => view.getUint8(i),
    u1: (i) => view.getUint8(i),
    i1: (i) => view.getInt8(i),
    u2: (i) => view.getUint16(2 * i, little),
    i2: (i) => view.getInt16(2 * i, little),
    u4: (i) => view.getUint32(4 * i, little),
    i4: (i) => view.getInt32(4 * i, little),
    u8: (i) => Number(view.getBigUint64(8 * i, little)),
    i8: (i) => Number(view.getBigInt64(8 * i, little)),
    f2: (i) => half(view.getUint16(2 * i, little)),
    f4: (i) => view.getFloat32(4 * i, little),
    f8: (i) => view.getFloat64(8 * i, little),
  };
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (!reader)
    throw new ImportError('UNSUPPORTED_DTYPE', `Values of type ${shortName(header.descr)} are not numbers.`);
  return reader;
}

export const isText = (header: NpyHeader): boolean => /^[<>|=]?[SU]/.test(header.descr);

/** Fixed-width text number i, without the padding. */
export function textReader(bytes: Uint8Array, header: NpyHeader): (i: number) => string {
  const size = itemSize(header.descr);
  const little = !header.descr.startsWith('>');
  const wide = header.descr.includes('U');
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.offset);
  return (i) => {
    let text = '';
    for (let at = i * size; at < (i + 1) * size; at += wide ? 4 : 1) {
      const code = wide ? view.getUint32(at, little) : view.getUint8(at);
      text += code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    }
    return text;
  };
}

/** Row-major strides of an array, or its Fortran ones: value (i, j, ...) lies at i * s0 + j * s1 + ... */
export function strides(header: NpyHeader): number[] {
  const { shape, fortran } = header;
  const axes = fortran ? shape.map((_, i) => i) : shape.map((_, i) => shape.length - 1 - i);
  const result = shape.map(() => 0);
  let step = 1;
  for (const axis of axes) {
    result[axis] = step;
    step *= shape[axis]!;
  }
  return result;
}
