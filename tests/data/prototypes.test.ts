import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { prototypeDistances } from '../../src/data/regimes/data-pruning/prototypes';

const CENTRES = [
  [0, 0, 0],
  [50, 0, 0],
  [0, 50, 50],
];

/** Ten rows around each centre; the last of each lies farther out than all others. */
function clusters(): Float32Array {
  const rng = new Rng(1, 'clusters');
  return Float32Array.from(
    CENTRES.flatMap((centre) =>
      Array.from({ length: 10 }, (_, i) =>
        centre.map((x, j) => (i === 9 && j === 0 ? x + 9 : x + 0.2 * rng.normal())),
      ).flat(),
    ),
  );
}

describe('distance to prototypes', () => {
  it('is largest for what is typical of nothing', () => {
    const distances = prototypeDistances(clusters(), 3, 3, 1);
    const order = [...distances.keys()].sort((a, b) => distances[b]! - distances[a]!);
    expect(order.slice(0, 3).sort((a, b) => a - b)).toEqual([9, 19, 29]);
  });

  it('is that to the mean of the own cluster', () => {
    const rows = clusters();
    const distances = prototypeDistances(rows, 3, 3, 1);
    for (let c = 0; c < 3; c++) {
      const mean = [0, 1, 2].map(
        (j) =>
          Array.from({ length: 10 }, (_, i) => rows[(10 * c + i) * 3 + j]!).reduce((a, b) => a + b, 0) / 10,
      );
      for (let i = 10 * c; i < 10 * c + 10; i++)
        expect(distances[i]).toBeCloseTo(Math.hypot(...mean.map((m, j) => rows[i * 3 + j]! - m)), 9);
    }
  });

  it('is the same again, and 0 for what is equal', () => {
    const rows = clusters();
    expect(prototypeDistances(rows, 3, 3, 4)).toEqual(prototypeDistances(rows, 3, 3, 4));
    expect([...prototypeDistances(new Float32Array(12).fill(2), 3, 3, 1)]).toEqual([0, 0, 0, 0]);
    expect([...prototypeDistances(Float32Array.of(1, 2, 3), 1, 10, 1)]).toEqual([0, 0, 0]);
  });
});
