import { describe, expect, it } from 'vitest';
import { batchesOf, epochOrder, stepsPerEpoch } from '../../src/data/batches';

const sorted = (rows: Iterable<number>) => [...rows].sort((a, b) => a - b);

describe('batches', () => {
  it('drop the last partial batch and repeat no row within an epoch', () => {
    expect(stepsPerEpoch(103, 10)).toBe(10);
    const batch = batchesOf(103, 10, 7);
    const seen = Array.from({ length: 10 }, (_, step) => [...batch(step)]).flat();
    expect(new Set(seen).size).toBe(100);
  });

  it('are a pure function of seed and step, in whatever order they are asked for', () => {
    const forwards = batchesOf(50, 8, 3);
    const list = Array.from({ length: 20 }, (_, step) => [...forwards(step)]);
    const backwards = batchesOf(50, 8, 3);
    for (let step = 19; step >= 0; step--) expect([...backwards(step)]).toEqual(list[step]);
  });

  it('differ between epochs and between seeds', () => {
    expect(epochOrder(40, 1, 0)).not.toEqual(epochOrder(40, 1, 1));
    expect(epochOrder(40, 1, 0)).not.toEqual(epochOrder(40, 2, 0));
    expect(sorted(epochOrder(40, 1, 0))).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('wrap around when there are fewer rows than a batch holds', () => {
    expect(stepsPerEpoch(3, 8)).toBe(1);
    const rows = [...batchesOf(3, 8, 1)(5)];
    expect(rows.length).toBe(8);
    expect(sorted(rows.slice(0, 3))).toEqual([0, 1, 2]);
    expect(rows.slice(3, 6)).toEqual(rows.slice(0, 3));
  });

  it('refuse an empty set', () => expect(() => batchesOf(0, 8, 1)).toThrow(RangeError));
});
