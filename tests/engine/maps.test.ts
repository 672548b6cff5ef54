import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { gradient, read, tidy } from '../../src/engine/autodiff';
import { ops } from '../../src/engine/ops/index';
import type { Tensor, Tensor4D } from '../../src/engine/types';

const numbers = async (make: () => Tensor) => [...(await read(tidy(make)))];

function random(shape: [number, number, number, number]): { x: Tensor4D; at: (...i: number[]) => number } {
  const rng = new Rng(3, shape.join());
  const [, h, w, c] = shape;
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal());
  const at = (b = 0, y = 0, x = 0, k = 0) => values[((b * h + y) * w + x) * c + k] as number;
  return { x: ops.reshape(ops.tensor1d(values), shape) as Tensor4D, at };
}

/** Mean over the cells of an adaptive window, as torch.nn.AdaptiveAvgPool2d defines them. */
function windowMean(at: (y: number, x: number) => number, i: number, j: number, sizes: number[]): number {
  const [h, w, height, width] = sizes as [number, number, number, number];
  let [sum, n] = [0, 0];
  for (let y = Math.floor((i * h) / height); y < Math.ceil(((i + 1) * h) / height); y++)
    for (let x = Math.floor((j * w) / width); x < Math.ceil(((j + 1) * w) / width); x++) {
      sum += at(y, x);
      n++;
    }
  return sum / n;
}

describe('poolTo', () => {
  it.each([
    [8, 8, 4, 4],
    [7, 7, 4, 4],
    [7, 5, 3, 2],
    [6, 9, 6, 3],
    [5, 5, 1, 1],
  ])('averages %i x %i to %i x %i', async (h, w, height, width) => {
    const { x, at } = random([2, h, w, 3]);
    const got = await numbers(() => ops.poolTo(x, height, width));
    let i = 0;
    for (let b = 0; b < 2; b++)
      for (let y = 0; y < height; y++)
        for (let z = 0; z < width; z++)
          for (let c = 0; c < 3; c++)
            expect(got[i++]).toBeCloseTo(
              windowMean((p, q) => at(b, p, q, c), y, z, [h, w, height, width]),
              5,
            );
    expect(i).toBe(got.length);
  });

  it('leaves a map of the wanted size alone', async () => {
    const { x } = random([2, 4, 4, 3]);
    expect(await numbers(() => ops.poolTo(x, 4, 4))).toEqual(await numbers(() => ops.mul(x, 1)));
  });

  it('hands each cell its share of the gradient', async () => {
    const { x } = random([1, 4, 4, 1]);
    const slope = await numbers(() => gradient((held) => ops.sum(ops.poolTo(held as Tensor4D, 2, 2)), x));
    for (const share of slope) expect(share).toBeCloseTo(1 / 4, 6);
  });
});

describe('poolToSmaller', () => {
  it('takes the smaller height and the smaller width', () => {
    const [a, b] = ops.poolToSmaller(random([1, 8, 2, 3]).x, random([1, 4, 6, 5]).x);
    expect([a.shape, b.shape]).toEqual([
      [1, 4, 2, 3],
      [1, 4, 2, 5],
    ]);
  });
});

describe('toMap', () => {
  it.each([
    { name: 'a map', from: [2, 3, 4, 5], to: [2, 3, 4, 5] },
    { name: 'a square number of tokens', from: [2, 16, 5], to: [2, 4, 4, 5] },
    { name: 'other tokens', from: [2, 17, 5], to: [2, 1, 17, 5] },
    { name: 'a vector', from: [2, 5], to: [2, 1, 1, 5] },
  ])('lays out $name', ({ from, to }) => {
    expect(ops.toMap(ops.zeros(from)).shape).toEqual(to);
  });
});
