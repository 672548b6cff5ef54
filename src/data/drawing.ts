/** Small drawing tools of the generators: strokes, affine maps, noise. Coordinates are 0..1, y downwards. */
import type { Rng } from '../core/rng';

/** x0, y0, x1, y1, ... of one pen stroke. */
export type Stroke = readonly number[];

/** Row-major 2 x 3 map: x' = a x + b y + c, y' = d x + e y + f. */
export type Affine = readonly [number, number, number, number, number, number];

/**
 * Cosine and sine of about `angle` radians (|angle| < 2.5) from the half-angle formulas with tan(angle / 2) taken
 * as angle / 2: a true rotation, and made of operations that every machine rounds alike, unlike Math.sin.
 */
export function rotation(angle: number): readonly [number, number] {
  const t = angle / 2;
  return [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)];
}

/** A smooth wave of period 1 and range -1..1: two parabolas per period, close to a sine. */
export function wave(x: number): number {
  const phase = x - Math.floor(x);
  const half = phase < 0.5 ? phase * 2 : phase * 2 - 1;
  const bump = 4 * half * (1 - half);
  return phase < 0.5 ? bump : -bump;
}

/** Turn, shear, stretch and shift around the middle of the unit square. */
export function affineAround(
  turn: number,
  shear: number,
  sx: number,
  sy: number,
  dx: number,
  dy: number,
): Affine {
  const [cos, sin] = rotation(turn);
  const a = sx * cos;
  const b = sx * (shear * cos - sin);
  const d = sy * sin;
  const e = sy * (shear * sin + cos);
  return [a, b, 0.5 + dx - 0.5 * (a + b), d, e, 0.5 + dy - 0.5 * (d + e)];
}

export function mapStroke(stroke: Stroke, [a, b, c, d, e, f]: Affine): number[] {
  const out: number[] = [];
  for (let i = 0; i < stroke.length; i += 2) {
    const x = stroke[i]!;
    const y = stroke[i + 1]!;
    out.push(a * x + b * y + c, d * x + e * y + f);
  }
  return out;
}

/** Chaikin's corner cutting (1974), once: rounds the corners of an open stroke, keeping its ends. */
export function rounded(stroke: Stroke): number[] {
  const out: number[] = [stroke[0]!, stroke[1]!];
  const last = stroke.length - 2;
  for (let i = 0; i < last; i += 2)
    for (const t of [0.25, 0.75]) {
      if ((i === 0 && t === 0.25) || (i === last - 2 && t === 0.75)) continue;
      out.push(
        stroke[i]! + t * (stroke[i + 2]! - stroke[i]!),
        stroke[i + 1]! + t * (stroke[i + 3]! - stroke[i + 1]!),
      );
    }
  out.push(stroke[last]!, stroke[last + 1]!);
  return out;
}

/**
 * Adds ink to `canvas` (`[size, size]`, 0..1, the maximum wins) along straight pieces: full within half of
 * `width`, fading over one pixel at the edge.
 */
export function draw(canvas: Float64Array, size: number, stroke: Stroke, width: number, ink: number): void {
  const edge = 1 / size;
  const reach = width / 2 + edge;
  for (let i = 0; i + 3 < stroke.length; i += 2) {
    const x0 = stroke[i]!;
    const y0 = stroke[i + 1]!;
    const dx = stroke[i + 2]! - x0;
    const dy = stroke[i + 3]! - y0;
    const length = dx * dx + dy * dy || 1e-12;
    const left = Math.max(0, Math.floor((Math.min(x0, x0 + dx) - reach) * size));
    const right = Math.min(size - 1, Math.ceil((Math.max(x0, x0 + dx) + reach) * size));
    const top = Math.max(0, Math.floor((Math.min(y0, y0 + dy) - reach) * size));
    const bottom = Math.min(size - 1, Math.ceil((Math.max(y0, y0 + dy) + reach) * size));
    for (let py = top; py <= bottom; py++)
      for (let px = left; px <= right; px++) {
        const x = (px + 0.5) / size - x0;
        const y = (py + 0.5) / size - y0;
        const t = Math.min(1, Math.max(0, (x * dx + y * dy) / length));
        const distance = Math.sqrt((x - t * dx) * (x - t * dx) + (y - t * dy) * (y - t * dy));
        const cover = ink * Math.min(1, Math.max(0, (width / 2 - distance) * size + 0.5));
        const at = py * size + px;
        if (cover > canvas[at]!) canvas[at] = cover;
      }
  }
}

/** A value in 0..1 as a byte. */
export const byte = (value: number): number => Math.floor(255 * Math.min(1, Math.max(0, value)) + 0.5);

/**
 * Noise of mean 0 and deviation 1 made of four uniform parts (Irwin and Hall): whole-number arithmetic until the
 * last step, so equal on every machine, which sine and logarithm do not promise.
 */
export function grain(rng: Rng): number {
  const word = rng.word();
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
  return (sum - 510) / 147.8;
}
