/** Geometry of pictures made of images: where each stands, boxes in them, and the strongest links of boxes. */
import type { Probe } from '../../worker/protocol';
import { rangeOf } from './range';

type Data = Probe['panels'][number];

/** Space between two images, as a share of an image's side. */
const GAP = 0.35;
/** More links than these of one group are a tangle. */
export const MOST_LINKS = 12;

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Arrangement {
  readonly width: number;
  readonly height: number;
  /** Upper left corners. All in units of an image's side. */
  readonly corners: readonly Place[];
}

/** Images of `w` times `h` pixels in rows of at most four, whole pixels apart. */
export function arrange(n: number, w: number, h: number): Arrangement {
  const columns = Math.min(4, Math.max(1, Math.ceil(Math.sqrt(n))));
  const rows = Math.ceil(n / columns);
  const [gapX, gapY] = [Math.ceil(GAP * w) / w, Math.ceil(GAP * h) / h];
  const corner = (column: number, row: number) => ({ x: column * (1 + gapX), y: row * (1 + gapY) });
  const end = corner(columns, rows);
  return {
    width: end.x - gapX,
    height: end.y - gapY,
    corners: Array.from({ length: n }, (_, i) => corner(i % columns, Math.floor(i / columns))),
  };
}

export interface Box extends Place {
  readonly image: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes of rows `[image, top, left, height, width]`, on the arrangement. */
export function boxesOf({ data }: Data, { corners }: Arrangement): Box[] {
  return Array.from({ length: Math.floor(data.length / 5) }, (_, i) => {
    const [image, top, left, height, width] = data.subarray(5 * i, 5 * i + 5) as unknown as number[];
    const corner = corners[image!] ?? { x: 0, y: 0 };
    return { image: image!, x: corner.x + left!, y: corner.y + top!, width: width!, height: height! };
  });
}

export interface Link {
  readonly group: number;
  readonly from: number;
  readonly to: number;
  /** Above 0, at most 1: the strongest of all groups. */
  readonly strength: number;
}

/**
 * The strongest links of every group, or all that touch the box `only`. A link has no direction: of two boxes the
 * larger number counts.
 */
export function linksOf({ shape, data }: Data, only?: number): Link[] {
  const n = shape.at(-1) ?? 0;
  const groups = n === 0 ? 0 : data.length / n ** 2;
  const high = rangeOf(data)[1];
  return Array.from({ length: groups }, (_, group) => {
    const at = (from: number, to: number) => data[(group * n + from) * n + to] ?? 0;
    const found: Link[] = [];
    for (let from = 0; from < n; from++)
      for (let to = from + 1; to < n; to++) {
        const strength = Math.max(at(from, to), at(to, from)) / high;
        if (strength > 0 && (only === undefined || only === from || only === to))
          found.push({ group, from, to, strength });
      }
    found.sort((a, b) => b.strength - a.strength);
    return only === undefined ? found.slice(0, MOST_LINKS) : found;
  }).flat();
}

/** Links that every group has. */
export function inAll(links: readonly Link[], groups: number): number {
  const seen = new Map<string, number>();
  for (const { from, to } of links) seen.set(`${from} ${to}`, (seen.get(`${from} ${to}`) ?? 0) + 1);
  return [...seen.values()].filter((count) => count === groups).length;
}

/** One image of `[n, h, w, c]` as RGBA; all images are on one scale. */
export function pixelsOf({ shape, data }: Data, image: number): Uint8ClampedArray<ArrayBuffer> {
  const [, h = 1, w = 1, c = 1] = shape;
  const [low, high] = rangeOf(data);
  const own = data.subarray(image * h * w * c, (image + 1) * h * w * c);
  const rgba = new Uint8ClampedArray(h * w * 4).fill(255);
  for (let pixel = 0; pixel < h * w; pixel++)
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * pixel + channel] =
        (255 * ((own[pixel * c + Math.min(channel, c - 1)] ?? low) - low)) / (high - low);
  return rgba;
}
