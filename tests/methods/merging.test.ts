/** What merging is made of: masks, elected signs, and the views that make tasks of one data set. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import type { Tensor4D } from '../../src/engine/types';
import { ops } from '../../src/golden/kit';
import { factorsOf, product, rankOf, strongest } from '../../src/methods/twin-merging/exclusive';
import { added, dropped, largest, taskVector, ties } from '../../src/methods/twin-merging/merge';
import { DOMAINS, domainView, mixedDomains } from '../../src/methods/views/domains';
import { normal, numbersOf } from './support';

const far = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
};
const random = (length: number, seed = 1) => {
  const rng = new Rng(seed, 'twin');
  return Float32Array.from({ length }, () => rng.normal());
};

describe('masks', () => {
  const matrix = Float64Array.from(random(35));
  it.each([
    [7, 5],
    [5, 7],
  ] as const)('say of %i by %i entries what they keep of them', (rows, columns) => {
    const size = [rows, columns] as const;
    const made = (mask: 'svd' | 'magnitude' | 'bernoulli') =>
      product(
        factorsOf(matrix, size, {
          mask,
          density: 0.4,
          uniform: () => random(35, 9).map((x) => Math.abs(x) % 1),
        }),
        size,
      );
    expect(far(made('svd'), matrix)).toBeLessThan(1e-13);
    expect(far(made('magnitude'), strongest(matrix, 0.4))).toBe(0);
    expect(made('magnitude').filter((x) => x !== 0)).toHaveLength(14);
    expect(
      far(
        made('bernoulli'),
        dropped(
          matrix,
          0.4,
          random(35, 9).map((x) => Math.abs(x) % 1),
        ),
      ),
    ).toBe(0);
  });

  it('keep a mean of entries drawn by lot', () => {
    const ones = new Float64Array(20000).fill(1);
    const rng = new Rng(1, 'lot');
    const kept = dropped(
      ones,
      0.25,
      ones.map(() => rng.uniform()),
    );
    expect(kept.reduce((a, b) => a + b) / 20000).toBeCloseTo(1, 1);
    expect(new Set(kept)).toEqual(new Set([0, 4]));
  });

  it('keep at least one singular value, or none at 0', () => {
    expect([0, 0.01, 0.1, 1].map((density) => rankOf(density, 10))).toEqual([0, 1, 1, 10]);
    expect([...largest([3, -4, 1], 0)]).toEqual([0, 0, 0]);
  });
});

describe('TIES', () => {
  it('takes the sign that weighs more and leaves the others out', () => {
    const vectors = [
      [4, -1, 0],
      [2, 3, 0],
      [-9, 1, 0],
    ].map((v) => ({ w: v }));
    expect([...ties(vectors, 1)['w']!]).toEqual([-9, 2, 0]);
  });
  it('is the expert itself where there is one and all is kept', () => {
    const [base, expert] = [{ w: random(9) }, { w: random(9, 2) }];
    expect(far(added(base, [ties([taskVector(base, expert)], 1)], 1)['w']!, expert.w)).toBeLessThan(1e-6);
  });
});

describe('views of other worlds', () => {
  it.each([1, 3])('show one image in five ways, in %i channels', async (channels) => {
    const x = normal([2, 6, 6, channels], 5) as Tensor4D;
    const all = await Promise.all(DOMAINS.map((_, d) => numbersOf(() => domainView(ops, x, d))));
    expect(new Set(all.map((view) => view.join())).size).toBe(5);
    for (const view of all) expect(view).toHaveLength(72 * channels);
    const choice = ops.oneHot(ops.tensor1d([3, 1], 'int32'), 5);
    const mixed = await numbersOf(() => mixedDomains(ops, x, choice));
    const half = mixed.length / 2;
    expect(mixed).toEqual([...all[3]!.slice(0, half), ...all[1]!.slice(half)]);
  });

  it('find edges where brightness changes, and none where it does not', async () => {
    const flat = ops.add(ops.zeros([1, 4, 4, 1]), 2) as Tensor4D;
    const edges = await numbersOf(() => domainView(ops, flat, 2));
    expect(Math.max(...edges.map((x) => Math.abs(x + 1)))).toBeLessThan(0.01);
  });
});
