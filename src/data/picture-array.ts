/** Pictures held in one NumPy array of any usual layout and number range, as rows of bytes. */
import { ImportError } from './dataset';
import { LIMITS } from './limits';
import { isText, type NpyHeader, readNpyHeader, strides, valueReader } from './npy';
import { overWhite } from './resize';

export interface PictureArray {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** `[height, width, channels]` of one picture; undefined when it holds a NaN or an infinity. */
  row(index: number): Uint8Array | Uint8ClampedArray | undefined;
}

/** Where each axis lies; `c` is -1 without a channel axis. */
interface Layout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly step: { readonly n: number; readonly y: number; readonly x: number; readonly c: number };
}

const isChannels = (n: number | undefined): boolean => n === 1 || n === 3 || n === 4;

/** Rank 3: N H W. Rank 4: N H W C, else N C H W. Rank 2: N rows of a square grey picture of 8 px or more. */
function layoutOf(header: NpyHeader, name: string): Layout {
  const { shape } = header;
  const s = strides(header);
  const [count = 0, a = 0, b = 0, c = 0] = shape;
  const side = Math.round(Math.sqrt(a));
  if (shape.length === 2 && side * side === a && side >= 8)
    return {
      count,
      height: side,
      width: side,
      channels: 1,
      step: { n: s[0]!, y: s[1]! * side, x: s[1]!, c: 0 },
    };
  if (shape.length === 3)
    return { count, height: a, width: b, channels: 1, step: { n: s[0]!, y: s[1]!, x: s[2]!, c: 0 } };
  if (shape.length === 4 && isChannels(c))
    return { count, height: a, width: b, channels: c, step: { n: s[0]!, y: s[1]!, x: s[2]!, c: s[3]! } };
  if (shape.length === 4 && isChannels(a))
    return { count, height: b, width: c, channels: a, step: { n: s[0]!, c: s[1]!, y: s[2]!, x: s[3]! } };
  throw new ImportError(
    'BAD_SHAPE',
    `${name} has the shape (${shape.join(', ')}); pictures are (count, height, width) with 1, 3 or 4 channels first or last.`,
  );
}

/** Maps the numbers found to 0..255: 0..1, -1..1, 0..255 and, for whole numbers, 0..65535. */
function scaling(
  header: NpyHeader,
  value: (i: number) => number,
  name: string,
): { scale: number; shift: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < header.items; i++) {
    const v = value(i);
    if (!Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const whole = !/f/.test(header.descr);
  if (low >= 0 && high <= 1) return { scale: 255, shift: 0 };
  if (low >= -1 && high <= 1) return { scale: 127.5, shift: 127.5 };
  if (low >= 0 && high <= 255) return { scale: 1, shift: 0 };
  if (whole && low >= 0 && high <= 65535) return { scale: 1 / 257, shift: 0 };
  if (high < low) return { scale: 1, shift: 0 };
  throw new ImportError(
    'BAD_SHAPE',
    `${name} has values from ${low} to ${high}; save pictures as 0 to 255 or 0 to 1.`,
  );
}

function gather(layout: Layout, value: (i: number) => number, row: number, scale: number, shift: number) {
  const { height, width, channels, step } = layout;
  const out = new Uint8ClampedArray(height * width * channels);
  let at = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        const v = value(row * step.n + y * step.y + x * step.x + c * step.c);
        if (!Number.isFinite(v)) return undefined;
        out[at++] = scale * v + shift;
      }
  return out;
}

/** Opens an array of pictures. Throws ImportError: see `readNpyHeader`, and BAD_SHAPE, EMPTY, DIMENSIONS. */
export function pictureReader(bytes: Uint8Array, name: string): PictureArray {
  const header = readNpyHeader(bytes, name);
  if (isText(header)) throw new ImportError('UNSUPPORTED_DTYPE', `${name} holds text, not pictures.`);
  const layout = layoutOf(header, name);
  const { count, height, width, channels } = layout;
  if (count === 0) throw new ImportError('EMPTY', `${name} holds no picture.`);
  if (height < 1 || width < 1 || Math.max(height, width) > LIMITS.side)
    throw new ImportError(
      'DIMENSIONS',
      `${name} holds pictures of ${width} x ${height} pixels; sides of 1 to ${LIMITS.side} are read.`,
    );
  const value = valueReader(bytes, header);
  const { scale, shift } = scaling(header, value, name);
  const one = height * width * channels;
  const { step } = layout;
  const asStored =
    /^[<>|=]?u1$/.test(header.descr) &&
    scale === 1 &&
    step.n === one &&
    step.x === channels &&
    step.y === width * channels;
  const row = (index: number) => {
    if (asStored && channels !== 4) {
      const from = header.offset + index * one;
      return bytes.subarray(from, from + one);
    }
    const pixels = gather(layout, value, index, scale, shift);
    return pixels && channels === 4 ? overWhite(pixels) : pixels;
  };
  return { count, height, width, channels: channels === 1 ? 1 : 3, row };
}
