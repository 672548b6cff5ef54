import { describe, expect, it } from 'vitest';
import { picturesOf } from '../../src/data/pictures';

describe('pictures', () => {
  it('are opaque RGBA of the rows asked for, grey in all colours', () => {
    const split = { pixels: Uint8Array.of(1, 2, 3, 4), labels: Int32Array.of(0, 1), count: 2 };
    const shape = { height: 1, width: 2, channels: 1 } as const;
    const [second] = picturesOf(split, shape, [1]);
    expect([...second!]).toEqual([3, 3, 3, 255, 4, 4, 4, 255]);
  });

  it('keep colours', () => {
    const split = { pixels: Uint8Array.of(9, 8, 7), labels: Int32Array.of(0), count: 1 };
    const [only] = picturesOf(split, { height: 1, width: 1, channels: 3 }, [0]);
    expect([...only!]).toEqual([9, 8, 7, 255]);
  });

  it.each([-1, 2, 0.5])('of row %d do not exist', (row) => {
    const split = { pixels: Uint8Array.of(1, 2), labels: Int32Array.of(0, 1), count: 2 };
    expect(() => picturesOf(split, { height: 1, width: 1, channels: 1 }, [row])).toThrow(/no image/);
  });
});
