import { describe, expect, it } from 'vitest';
import { arrange, boxesOf, inAll, linksOf, MOST_LINKS, pixelsOf } from '../../src/ui/panels/images';

const data = (shape: number[], values: readonly number[]) => ({
  key: 'x',
  shape,
  data: Float32Array.from(values),
});

describe('a picture made of images', () => {
  it('stands in rows that do not touch', () => {
    const { corners, width, height } = arrange(6, 8, 6);
    expect(corners.map(({ y }) => y > 0)).toEqual([false, false, false, true, true, true]);
    expect(corners[1]!.x).toBeGreaterThan(1);
    expect(width).toBeCloseTo(corners[2]!.x + 1);
    expect(height).toBeCloseTo(corners[5]!.y + 1);
    for (const { x, y } of corners)
      expect([x * 8, y * 6].map((v) => v - Math.round(v))).toEqual([0, 0].map(() => expect.closeTo(0, 9)));
  });

  it('puts boxes into their images', () => {
    const layout = arrange(2, 8, 8);
    const [a, b] = boxesOf(data([2, 5], [0, 0.5, 0.25, 0.5, 0.125, 1, 0, 0, 1, 1]), layout);
    expect(a).toEqual({ image: 0, x: 0.25, y: 0.5, width: 0.125, height: 0.5 });
    expect(b).toMatchObject({ image: 1, x: layout.corners[1]!.x, y: 0, width: 1 });
  });

  it('draws grey and colour on the scale of all images', () => {
    expect([...pixelsOf(data([2, 1, 1, 1], [-1, 3]), 0)]).toEqual([0, 0, 0, 255]);
    expect([...pixelsOf(data([2, 1, 1, 1], [-1, 3]), 1)]).toEqual([255, 255, 255, 255]);
    expect([...pixelsOf(data([1, 1, 1, 3], [0, 1, 0.5]), 0)]).toEqual([0, 255, 128, 255]);
  });

  it('keeps the strongest links of each group, or all of one box', () => {
    const graphs = data([2, 3, 3], [0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0]);
    expect(linksOf(graphs)).toEqual([
      { group: 0, from: 0, to: 1, strength: 0.5 },
      { group: 0, from: 1, to: 2, strength: 0.25 },
      { group: 1, from: 0, to: 1, strength: 1 },
    ]);
    expect(inAll(linksOf(graphs), 2)).toBe(1);
    expect(linksOf(graphs, 2)).toHaveLength(1);
    const full = data([1, 20, 20], Array(400).fill(1));
    expect(linksOf(full)).toHaveLength(MOST_LINKS);
    expect(linksOf(full, 4)).toHaveLength(19);
  });
});
