import { describe, expect, it } from 'vitest';
import { HUES, INK, QUIET, type Scheme, SURFACE } from '../../src/state/looks';
import { classColor, classLook, classPath, MARKS } from '../../src/ui/look/scatter';

type Rgb = readonly [number, number, number];

const linear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const rgb = (hex: string): Rgb =>
  [1, 3, 5].map((i) => linear(Number.parseInt(hex.slice(i, i + 2), 16) / 255)) as unknown as Rgb;

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, bl] = rgb(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const multiply = (m: readonly (readonly number[])[], v: Rgb): Rgb =>
  m.map((row) => row[0]! * v[0] + row[1]! * v[1] + row[2]! * v[2]) as unknown as Rgb;

/** Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB. */
const VISIONS: Readonly<Record<string, readonly (readonly number[])[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Ottosson's OKLab from linear RGB. */
function oklab(v: Rgb): Rgb {
  const lms = multiply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    v.map((c) => Math.min(1, Math.max(0, c))) as unknown as Rgb,
  ).map(Math.cbrt) as unknown as Rgb;
  return multiply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}

function worstPair(hues: readonly string[]): number {
  let worst = Number.POSITIVE_INFINITY;
  for (const matrix of Object.values(VISIONS)) {
    const seen = hues.map((hex) => oklab(multiply(matrix, rgb(hex))));
    for (let i = 0; i < seen.length; i++)
      for (let j = 0; j < i; j++)
        worst = Math.min(worst, 100 * Math.hypot(...seen[i]!.map((c, k) => c - seen[j]![k]!)));
  }
  return worst;
}

describe.each(['light', 'dark'] as const)('%s palette', (scheme: Scheme) => {
  it.each(HUES[scheme])('draws %s at 3:1 or more on the chart surface (WCAG 1.4.11)', (hue) => {
    expect(contrast(hue, SURFACE[scheme])).toBeGreaterThanOrEqual(3);
  });
  it('prints text inks at 4.5:1 or more', () => {
    expect(contrast(INK[scheme], SURFACE[scheme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(QUIET[scheme], SURFACE[scheme])).toBeGreaterThanOrEqual(4.5);
  });
  it('keeps any two hues apart for normal and colour-deficient eyes', () => {
    expect(worstPair(HUES[scheme])).toBeGreaterThanOrEqual(scheme === 'light' ? 12 : 14);
  });
});

/** Cells of a fine grid that a polygon covers. */
function covered(corners: readonly (readonly [number, number])[]): Set<number> {
  const cells = new Set<number>();
  const size = 80;
  for (let at = 0; at < size * size; at++) {
    const [x, y] = [at % size, Math.floor(at / size)].map((i) => ((i + 0.5) / size) * 3 - 1.5) as [
      number,
      number,
    ];
    let inside = false;
    corners.forEach(([ax, ay], i) => {
      const [bx, by] = corners[(i + 1) % corners.length]!;
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    });
    if (inside) cells.add(at);
  }
  return cells;
}

describe('marks of classes on a map', () => {
  it('keep any two shapes apart: a fifth of what both cover is of one alone', () => {
    const all = MARKS.map(covered);
    for (const [i, a] of all.entries())
      for (const b of all.slice(0, i)) {
        const both = [...a].filter((cell) => b.has(cell)).length;
        expect(1 - both / (a.size + b.size - both), `${i}`).toBeGreaterThan(0.2);
      }
    // None is so small that its hue cannot be seen.
    for (const cells of all) expect(cells.size).toBeGreaterThan(covered(MARKS[0]!).size / 3);
  });

  it('give every class a pair of its own, hues first, so that few classes need no shapes', () => {
    const most = MARKS.length * HUES.light.length;
    expect(most).toBeGreaterThanOrEqual(88);
    const pairs = Array.from({ length: most }, (_, k) => classLook(k));
    expect(new Set(pairs.map(({ mark, hue }) => `${mark} ${hue}`)).size).toBe(most);
    expect(pairs.slice(0, 8).every(({ mark }) => mark === 0)).toBe(true);
    for (const scheme of ['light', 'dark'] as const)
      expect(pairs.map((_, k) => classColor(k, scheme)).every((hue, k) => hue === HUES[scheme][k % 8])).toBe(
        true,
      );
    const at = { x: 5, y: 5 };
    expect(new Set(pairs.map((_, k) => `${classPath(at, k)} ${classColor(k, 'light')}`)).size).toBe(most);
  });
});
