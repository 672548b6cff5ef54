import { describe, expect, it } from 'vitest';
import { components, turned } from '../../src/core/pca';
import { Rng } from '../../src/core/rng';

const rng = new Rng(1, 'test');
const cloud = (n: number, scales: readonly number[]) =>
  Float64Array.from({ length: n * scales.length }, (_, i) => 5 + scales[i % scales.length]! * rng.normal());

describe('principal components', () => {
  it('find the directions of largest variance in order, and their shares', () => {
    const rows = 200;
    const data = cloud(rows, [0.1, 4, 0.1, 2]);
    const { points, explained } = components(data, rows, 4);
    let [one, two] = [0, 0];
    for (let r = 0; r < rows; r++) {
      one += points[2 * r]! * (data[4 * r + 1]! - 5);
      two += points[2 * r + 1]! * (data[4 * r + 3]! - 5);
    }
    expect(Math.abs(one) / rows).toBeGreaterThan(0.95 * 16);
    expect(Math.abs(two) / rows).toBeGreaterThan(0.8 * 4);
    expect(explained[0]).toBeCloseTo(16 / 20.02, 1);
    expect(explained[1]).toBeCloseTo(4 / 20.02, 1);
    expect(components(data, rows, 4)).toEqual({ points, explained });
  });

  it('keep the distances of what lies in a plane', () => {
    const rows = 20;
    const flat = cloud(rows, [3, 1]);
    const lifted = Float64Array.from({ length: rows * 3 }, (_, i) => {
      const [a, b] = [flat[2 * Math.floor(i / 3)]!, flat[2 * Math.floor(i / 3) + 1]!];
      return [0.6 * a, 0.8 * a, b][i % 3]!;
    });
    const { points, explained } = components(lifted, rows, 3);
    expect(explained[0] + explained[1]).toBeCloseTo(1, 9);
    const far = (of: Float64Array, a: number, b: number) =>
      Math.hypot(of[2 * a]! - of[2 * b]!, of[2 * a + 1]! - of[2 * b + 1]!);
    for (let r = 1; r < rows; r++) expect(far(points, 0, r)).toBeCloseTo(far(flat, 0, r), 6);
  });

  it('are 0 where nothing differs', () => {
    const { points, explained } = components(new Float64Array(12).fill(3), 4, 3);
    expect([...points].every((value) => value === 0)).toBe(true);
    expect(explained).toEqual([0, 0]);
  });
});

describe('turning one plane onto another', () => {
  const onto = cloud(10, [2, 1]);
  const centred = turned(onto, onto);
  for (const [name, flip] of [
    ['turned', 1],
    ['mirrored', -1],
  ] as const)
    it(`undoes what was ${name}`, () => {
      const [c, s] = [Math.cos(2), Math.sin(2)];
      const moved = Float64Array.from({ length: 20 }, (_, i) => {
        const [a, b] = [onto[2 * Math.floor(i / 2)]!, flip * onto[2 * Math.floor(i / 2) + 1]!];
        return 7 + (i % 2 === 0 ? c * a - s * b : s * a + c * b);
      });
      for (const [i, value] of turned(moved, onto).entries()) expect(value).toBeCloseTo(centred[i]!, 9);
    });
});
