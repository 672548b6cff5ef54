/**
 * Resizing by exact area average, so that an image gives the same pixels in every browser. The image is squashed
 * to the target's aspect ratio, never cropped: what is at the border of a photo still reaches the network.
 */

/** The source cells one target cell covers, with their shares (which sum to 1). */
interface Coverage {
  readonly first: Int32Array;
  readonly start: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Target cell i covers the interval [i, i + 1) * from / to of the source; each source cell counts by the length
 * of its overlap. Numerators are whole numbers in units of 1 / to, so the shares carry one rounding only.
 */
function coverage(from: number, to: number): Coverage {
  const first = new Int32Array(to);
  const start = new Int32Array(to + 1);
  const weights: number[] = [];
  for (let i = 0; i < to; i++) {
    const low = i * from;
    const high = low + from;
    const cell = Math.floor(low / to);
    first[i] = cell;
    for (let c = cell; c * to < high; c++)
      weights.push((Math.min(high, (c + 1) * to) - Math.max(low, c * to)) / from);
    start[i + 1] = weights.length;
  }
  return { first, start, weights: Float64Array.from(weights) };
}

/** `[height, from, channels]` to `[height, to, channels]`. */
function alongRows(
  pixels: Uint8Array | Uint8ClampedArray,
  height: number,
  from: number,
  to: number,
  channels: number,
) {
  const { first, start, weights } = coverage(from, to);
  const out = new Float64Array(height * to * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      const target = (y * to + x) * channels;
      const from0 = start[x]!;
      const cells = start[x + 1]! - from0;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let source = (y * from + first[x]!) * channels + c;
        for (let k = 0; k < cells; k++, source += channels) sum += weights[from0 + k]! * pixels[source]!;
        out[target + c] = sum;
      }
    }
  }
  return out;
}

/** `[from, row]` to `[to, row]`, rounded half up to bytes. */
function alongColumns(values: Float64Array, from: number, to: number, row: number): Uint8Array<ArrayBuffer> {
  const { first, start, weights } = coverage(from, to);
  const out = new Uint8Array(to * row);
  const sum = new Float64Array(row);
  for (let y = 0; y < to; y++) {
    sum.fill(0);
    for (let k = start[y]!, r = first[y]!; k < start[y + 1]!; k++, r++)
      for (let i = 0; i < row; i++) sum[i]! += weights[k]! * values[r * row + i]!;
    for (let i = 0; i < row; i++) out[y * row + i] = Math.min(255, Math.floor(sum[i]! + 0.5));
  }
  return out;
}

/**
 * One image `[height, width, channels]` of bytes to `[toHeight, toWidth, channels]`. Works for any ratio, up or
 * down; accumulates in float64. All sides must be at least 1.
 */
export function resizeImage(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  channels: number,
  toWidth: number,
  toHeight: number,
): Uint8Array<ArrayBuffer> {
  if (width === toWidth && height === toHeight)
    return Uint8Array.from(pixels.subarray(0, width * height * channels));
  const narrow = alongRows(pixels, height, width, toWidth, channels);
  return alongColumns(narrow, height, toHeight, toWidth * channels);
}

/** Red, green, blue to one grey value each: luma of ITU-R BT.601; equal channels keep their value. */
export function toGrey(rgb: Uint8Array): Uint8Array<ArrayBuffer> {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, k = 0; i < grey.length; i++, k += 3)
    grey[i] = Math.floor((299 * rgb[k]! + 587 * rgb[k + 1]! + 114 * rgb[k + 2]! + 500) / 1000);
  return grey;
}

/** One grey value to three equal channels. */
export function toRgb(grey: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i]!, 3 * i, 3 * i + 3);
  return rgb;
}

/** Straight-alpha RGBA laid over white, as RGB. */
export function overWhite(rgba: Uint8Array | Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0, k = 0; i < rgba.length; i += 4, k += 3) {
    const alpha = rgba[i + 3]!;
    for (let c = 0; c < 3; c++)
      rgb[k + c] =
        alpha === 255 ? rgba[i + c]! : Math.floor((rgba[i + c]! * alpha + 255 * (255 - alpha)) / 255 + 0.5);
  }
  return rgb;
}

/** True when every pixel of an RGB image has three equal channels. */
export function isGrey(rgb: Uint8Array): boolean {
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2]) return false;
  return true;
}
