import { describe, expect, it } from 'vitest';
import { tidy } from '../../src/engine/autodiff';
import type { Tensor2D, Tensor4D } from '../../src/engine/types';
import { fixedRandom, makeStep, net, ops } from '../../src/golden/kit';
import { betaQuantile } from '../../src/methods/kit';
import method from '../../src/methods/mixup-kd';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('mixup-kd');

const student = net({ logits: matrix(6, 5, 1, 2) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const targets = ops.softmax(matrix(6, 5, 3, 2)) as Tensor2D;

/** A mixed batch in which image i is one pixel of value i, so a blend can be read off. */
async function mixed(n: number, seed: number, values: { share?: number; beta?: number } = {}) {
  const out = tidy(() => {
    const labels = labelsOf(n, 5);
    const batch = {
      images: ops.reshape(ops.range(0, n, 1), [n, 1, 1, 1]) as Tensor4D,
      labels,
      targets: ops.oneHot(labels, 5),
    };
    const { params } = makeStep(method, { params: values });
    const random = fixedRandom(seed);
    const { images, ...rest } = method.input!(batch, { ops, params, random, classes: 5, phase: 'main' });
    return { images: ops.reshape(images, [-1]), ...rest };
  });
  const read = async (key: 'images' | 'labels' | 'targets') => [...(await out[key].data())];
  return { images: await read('images'), labels: await read('labels'), targets: await read('targets') };
}

describe('mixing', () => {
  it('at share 0 only shuffles', async () => {
    const { images, labels, targets: soft } = await mixed(16, 3, { share: 0 });
    expect([...images].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(labels).toEqual(images.map((i) => (i * 7) % 5));
    expect(soft).toEqual(labels.flatMap((y) => Array.from({ length: 5 }, (_, k) => Number(k === y))));
  });

  it('blends labels as it blends images, and names the class of the larger part', async () => {
    const { labels, targets: soft } = await mixed(32, 4, { share: 1 });
    for (const [i, label] of labels.entries()) {
      const row = soft.slice(5 * i, 5 * i + 5);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(row[label]).toBeCloseTo(Math.max(...row), 6);
      expect(row.filter((p) => p > 0).length).toBeLessThanOrEqual(2);
    }
  });

  it.each([
    [16, 0.4],
    [5, 0.25],
    [64, 0.9],
  ])('batches of %i: the mixed share is %f within 1%% over 1000 batches', async (n, share) => {
    let changed = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const { images } = await mixed(n, seed, { share });
      // A blend of two whole numbers is whole only by accident, or when both are the same image.
      changed += images.filter((x) => Math.abs(x - Math.round(x)) > 1e-5).length;
    }
    // Of the mixed ones, one in n pairs an image with itself and does not show.
    expect(Math.abs(changed / (1000 * n) / (1 - 1 / n) - share)).toBeLessThan(0.01);
  });
});

describe('Beta(b, b)', () => {
  const at = (u: number[], b: number) => numbersOf(() => betaQuantile(ops, ops.tensor1d(u), b));

  it('is uniform at 1 and symmetric always', async () => {
    for (const [i, x] of (await at([0, 0.1, 0.25, 0.5, 0.8, 0.999], 1)).entries())
      expect(x).toBeCloseTo([0, 0.1, 0.25, 0.5, 0.8, 0.999][i]!, 5);
    for (const b of [0.2, 0.7, 3]) {
      const [low, high, half] = await at([0.3, 0.7, 0.5], b);
      expect(low! + high!).toBeCloseTo(1, 5);
      expect(half).toBeCloseTo(0.5, 5);
    }
  });

  it('is the arcsine law at 1/2 and 3x^2 - 2x^3 at 2', async () => {
    const u = [0.01, 0.1, 0.33, 0.6, 0.95];
    for (const [i, x] of (await at(u, 0.5)).entries())
      expect(x).toBeCloseTo(Math.sin((Math.PI * u[i]!) / 2) ** 2, 4);
    for (const [i, x] of (await at(u, 2)).entries()) expect(3 * x * x - 2 * x ** 3).toBeCloseTo(u[i]!, 4);
  });

  it.each([0.2, 1, 4])('has the variance 1 / (8 b + 4) at b = %f', async (b) => {
    const n = 20000;
    const x = await at(
      Array.from({ length: n }, (_, i) => (i + 0.5) / n),
      b,
    );
    const variance = x.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / n;
    expect(variance * (8 * b + 4)).toBeCloseTo(1, 3);
  });
});

describe('rescaled logits', () => {
  it('hide the scale and the shift of both nets', async () => {
    const moved = {
      student: net({ logits: ops.add(ops.mul(student.logits, 3), 7) as Tensor2D }),
      teacher: net({ logits: ops.sub(ops.div(teacher.logits, 4), 1) as Tensor2D }),
    };
    const [a, b] = [
      await termsOf(method, { student, teacher, targets }),
      await termsOf(method, { ...moved, targets }),
    ];
    expect(b['labels']).toBeCloseTo(a['labels']!, 5);
    expect(b['teacher']).toBeCloseTo(a['teacher']!, 5);
  });

  it('match a teacher that is a multiple', async () => {
    const scaled = net({ logits: ops.mul(student.logits, 2.5) as Tensor2D });
    expect(Math.abs((await termsOf(method, { student, teacher: scaled, targets }))['teacher']!)).toBeLessThan(
      1e-6,
    );
  });

  it('have no gradient along the centred logits', async () => {
    const g = (await gradientsOf(method, { student, teacher, targets }))['0/logits']!;
    const z = [...(await student.logits.data())];
    for (let row = 0; row < 6; row++) {
      const mean = z.slice(5 * row, 5 * row + 5).reduce((a, b) => a + b) / 5;
      let dot = 0;
      for (let k = 5 * row; k < 5 * row + 5; k++) dot += g[k]! * (z[k]! - mean);
      expect(Math.abs(dot)).toBeLessThan(1e-6);
    }
  });

  it('are what is evaluated, with the same winner', async () => {
    const { params } = makeStep(method, {});
    const of = (p: typeof params) =>
      numbersOf(() => method.predict!(makeStep(method, { params: p, student })));
    const raw = await of({ ...params, rescale: false });
    expect(raw).toEqual([...(await student.logits.data())]);
    const scaled = await of(params);
    for (let row = 0; row < 6; row++) {
      const part = scaled.slice(5 * row, 5 * row + 5);
      const mean = part.reduce((a, b) => a + b) / 5;
      expect(part.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4).toBeCloseTo(1, 5);
      expect(part.indexOf(Math.max(...part))).toBe(
        raw.slice(5 * row, 5 * row + 5).indexOf(Math.max(...raw.slice(5 * row, 5 * row + 5))),
      );
    }
  });

  it('give way to the temperature with two classes', async () => {
    const two = { student: net({ logits: matrix(4, 2, 1) }), teacher: net({ logits: matrix(4, 2, 2) }) };
    const rescaled = await termsOf(method, { ...two, params: { rescale: true } });
    expect(rescaled).toEqual(await termsOf(method, { ...two, params: { rescale: false } }));
    const gradients = (await gradientsOf(method, two))['0/logits']!;
    expect(Math.max(...gradients.map(Math.abs))).toBeGreaterThan(1e-3);
  });
});

describe('a teacher of its own', () => {
  const { params } = makeStep(method, {});
  const own = net({ logits: matrix(6, 5, 7) });
  const parts = { params: { teacher: 'blends' }, student, teacher, teachers: [own], targets };

  it('is there only when asked for and learns from the blends in the first half', () => {
    const of = (values: Partial<typeof params>) => ({ ...params, ...values });
    expect(method.roles?.teachers?.(of({}), {} as never)).toEqual([]);
    expect(method.roles?.teachers?.(of({ teacher: 'blends' }), {} as never)).toHaveLength(1);
    expect(Object.keys(method.phases!(of({})))).toEqual(['main']);
    expect(Object.keys(method.phases!(of({ teacher: 'blends' })))).toEqual(['teach', 'main']);
  });

  it('learns labels first, then teaches in the place of the other and does not move', async () => {
    const first = await gradientsOf(method, { ...parts, phase: 'teach' });
    expect(first['1/logits']!.some((g) => g !== 0)).toBe(true);
    expect(first['0/logits']!.every((g) => g === 0)).toBe(true);
    const then = await gradientsOf(method, { ...parts, phase: 'main' });
    expect(then['1/logits']!.every((g) => g === 0)).toBe(true);
    const terms = await termsOf(method, { ...parts, phase: 'main' });
    expect(terms).toEqual(await termsOf(method, { student, teacher: own, targets }));
  });
});

it('its pictures tell blends from images as they are, and add up', async () => {
  const labels = ops.oneHot(labelsOf(3, 5), 5);
  const halves = ops.concat([labels, ops.softmax(matrix(3, 5, 3))], 0) as Tensor2D;
  const shown = method.probe!(makeStep(method, { student, teacher, targets: halves }));
  const rows = await numbersOf(() =>
    ops.entropyRows(
      ops.logSoftmax(
        ops.div(teacher.logits, ops.expandDims(ops.reshape(ops.unbiasedStd(teacher.logits), [-1]), 1)),
      ),
    ),
  );
  const mean = (from: number) => rows.slice(from, from + 3).reduce((a, b) => a + b) / 3;
  expect(await numbersOf(() => shown['doubt']!)).toEqual([mean(0), mean(3)].map((x) => expect.closeTo(x, 4)));
  const shares = await numbersOf(() => shown['smoothness']!);
  for (const row of [shares.slice(1, 25), shares.slice(26)])
    expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
});

describe('edges', () => staysFinite(method));
