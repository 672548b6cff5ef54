/** Points of a map in a square of pixels, and which one is meant. Pure. */

export interface Placed {
  readonly x: number;
  readonly y: number;
}

/** All points inside `size` pixels with a margin, one scale for both axes. */
export function placePoints(points: ArrayLike<number>, size: number, margin = 8): readonly Placed[] {
  const rows = points.length / 2;
  const axis = (k: number) => Array.from({ length: rows }, (_, i) => points[2 * i + k]!);
  const [xs, ys] = [axis(0), axis(1)];
  const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [[left, right], [low, high]] = [ends(xs), ends(ys)];
  const span = Math.max(right - left, high - low);
  const scale = span > 0 ? (size - 2 * margin) / span : 0;
  return xs.map((x, i) => ({
    x: size / 2 + (x - (left + right) / 2) * scale,
    y: size / 2 - (ys[i]! - (low + high) / 2) * scale,
  }));
}

/** Index of the point closest to a place; undefined where none is within `reach` pixels. */
export function nearestPoint(placed: readonly Placed[], at: Placed, reach = 14): number | undefined {
  let best: number | undefined;
  let least = reach;
  placed.forEach(({ x, y }, i) => {
    const distance = Math.hypot(x - at.x, y - at.y);
    if (distance <= least) [best, least] = [i, distance];
  });
  return best;
}

/** A colour per class: hues evenly around the circle, neighbours also apart in lightness. */
export const classColor = (k: number, classes: number, dark: boolean): string =>
  `oklch(${(dark ? 0.66 : 0.46) + 0.1 * (k % 2)} 0.15 ${Math.round((360 * k) / Math.max(1, classes))})`;

/** A disc for a right answer, a cross for a wrong one. */
export const pointPath = ({ x, y }: Placed, right: boolean, r = 3): string =>
  right
    ? `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
    : `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x - r} ${y + r}l${2 * r} ${-2 * r}`;
