/**
 * The contract of a shift: what it does to every image of a data set, so that the result is another domain with the
 * same classes. A shift file imports this kit and types, nothing else.
 */
import type { Schema, Values } from '../../core/params';
import type { Card } from '../../core/registry';
import type { Rng } from '../../core/rng';

export * from '../../core/params';
export { resizeImage } from '../resize';

/** One image: bytes `[height, width, channels]`, row-major. */
export interface Image {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

export interface Shift<S extends Schema = Schema> extends Card {
  readonly params: S;
  /** Grey images stay as they are under it. */
  readonly needsColour?: true;
  /** New pixels of the same size. `rng` is another one for every image. */
  apply(image: Image, params: Values<S>, rng: Rng): Uint8Array;
}

export function defineShift<const S extends Schema>(shift: Shift<S>): Shift<S> {
  return shift;
}

/** A real value as a byte. */
export const byte = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)));

/** Calls `at` for every value of the image and stores what it returns, held to 0..255. */
export function mapPixels(
  { pixels, height, width, channels }: Image,
  at: (y: number, x: number, channel: number, value: number) => number,
): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, i++) out[i] = byte(at(y, x, c, pixels[i]!));
  return out;
}

/** Reads values; outside the image the nearest border pixel. */
export const reader =
  ({ pixels, height, width, channels }: Image) =>
  (y: number, x: number, channel: number): number => {
    const row = Math.min(height - 1, Math.max(0, y));
    const column = Math.min(width - 1, Math.max(0, x));
    return pixels[(row * width + column) * channels + channel]!;
  };
