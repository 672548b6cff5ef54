import { describe, expect, it } from 'vitest';
import { isGrey, overWhite, resizeImage, toGrey, toRgb } from '../../src/data/resize';

const grey = (pixels: number[], width: number, height: number, toWidth: number, toHeight: number) => [
  ...resizeImage(Uint8Array.from(pixels), width, height, 1, toWidth, toHeight),
];

describe('area-average resize, against values worked out by hand', () => {
  it('averages whole cells and rounds halves up', () => {
    expect(grey([0, 10, 20, 30, 40, 50, 60, 71], 4, 2, 2, 1)).toEqual([25, 45]);
    expect(grey([0, 1], 2, 1, 1, 1)).toEqual([1]);
  });

  it('weights cells that are cut by the length of the overlap', () => {
    // 3 to 2: each target cell covers one whole and one half source cell.
    expect(grey([0, 90, 240], 3, 1, 2, 1)).toEqual([30, 190]);
    // 5 to 2: (10 + 20 + 0.5 * 30) / 2.5 and (0.5 * 30 + 40 + 50) / 2.5.
    expect(grey([10, 20, 30, 40, 50], 5, 1, 2, 1)).toEqual([18, 42]);
  });

  it('enlarges by repeating, blending only cells that straddle a border', () => {
    expect(grey([10, 200], 2, 1, 4, 1)).toEqual([10, 10, 200, 200]);
    expect(grey([10, 200], 2, 1, 3, 1)).toEqual([10, 105, 200]);
    expect(grey([7], 1, 1, 2, 2)).toEqual([7, 7, 7, 7]);
  });

  it('squashes both sides and keeps channels apart', () => {
    const rgb = Uint8Array.from([255, 0, 10, 255, 100, 30]);
    expect([...resizeImage(rgb, 1, 2, 3, 1, 1)]).toEqual([255, 50, 20]);
  });

  it('keeps a flat image flat at any ratio', () => {
    for (const [w, h, to] of [
      [17, 5, 8],
      [3, 200, 16],
      [31, 31, 32],
      [96, 1, 8],
    ] as const) {
      const out = resizeImage(new Uint8Array(w * h).fill(253), w, h, 1, to, to);
      expect(new Set(out)).toEqual(new Set([253]));
    }
  });

  it('returns a copy when the size is right already', () => {
    const pixels = Uint8Array.from([1, 2, 3, 4]);
    const out = resizeImage(pixels, 2, 2, 1, 2, 2);
    out[0] = 9;
    expect(pixels[0]).toBe(1);
  });
});

describe('channels', () => {
  it('turns colours into luma and leaves grey as it is', () => {
    expect([...toGrey(Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 77, 77, 77]))]).toEqual([
      76, 150, 29, 77,
    ]);
    expect([...toRgb(Uint8Array.from([3, 9]))]).toEqual([3, 3, 3, 9, 9, 9]);
  });

  it('lays transparent pixels over white', () => {
    expect([...overWhite(Uint8Array.from([10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 51]))]).toEqual([
      10, 20, 30, 255, 255, 255, 204, 224, 255,
    ]);
  });

  it('tells grey from colour', () => {
    expect(isGrey(Uint8Array.from([5, 5, 5, 8, 8, 8]))).toBe(true);
    expect(isGrey(Uint8Array.from([5, 5, 5, 8, 8, 9]))).toBe(false);
  });
});
