/** Points of a map in a square of pixels, which one is meant, and what classes look like. Pure. */
import { HUES, type Scheme } from '../../state/looks';

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

type Corner = readonly [x: number, y: number];

/** Corners of a regular polygon, or of a star where `inner` is below 1; the first one points up, turned clockwise. */
const polygon = (corners: number, turn = 0, inner = 1, size = 1): readonly Corner[] =>
  Array.from({ length: inner < 1 ? 2 * corners : corners }, (_, i) => {
    const angle = 2 * Math.PI * (i / (inner < 1 ? 2 * corners : corners) + turn);
    const radius = size * (i % 2 && inner < 1 ? inner : 1);
    return [radius * Math.sin(angle), -radius * Math.cos(angle)] as const;
  });

const turned = (corners: readonly Corner[]): readonly Corner[] => corners.map(([x, y]) => [-y, x]);

const HOURGLASS: readonly Corner[] = [
  [-0.95, -1.05],
  [0.95, -1.05],
  [-0.95, 1.05],
  [0.95, 1.05],
];

/**
 * Marks of classes as corners in a circle of radius 1, a disc first: with eight hues each, 88 classes. Small marks of
 * more corners than these look like discs (tests/ui/palette.test.ts holds any two apart).
 */
export const MARKS: readonly (readonly Corner[])[] = [
  polygon(24),
  polygon(3, 0, 1, 1.25),
  polygon(4, 1 / 8, 1, 1.5),
  polygon(4, 0, 0.38, 1.45),
  polygon(3, 1 / 2, 1, 1.25),
  polygon(4, 1 / 8, 0.38, 1.45),
  HOURGLASS,
  turned(HOURGLASS),
  polygon(3, 1 / 4, 1, 1.25),
  polygon(3, 3 / 4, 1, 1.25),
  polygon(2, 0, 0.4, 1.4),
];

/** Which mark and which of the eight hues a class has; hues change first. More classes than pairs begin anew. */
export const classLook = (k: number): { readonly mark: number; readonly hue: number } => ({
  mark: Math.floor(k / HUES.light.length) % MARKS.length,
  hue: k % HUES.light.length,
});

export const classColor = (k: number, scheme: Scheme): string => HUES[scheme][classLook(k).hue] as string;

/** The mark of a class around a point. */
export const classPath = ({ x, y }: Placed, k: number, r = 3): string =>
  `${(MARKS[classLook(k).mark] ?? [])
    .map(([dx, dy], i) => `${i ? 'L' : 'M'}${(x + r * dx).toFixed(1)} ${(y + r * dy).toFixed(1)}`)
    .join('')}Z`;
