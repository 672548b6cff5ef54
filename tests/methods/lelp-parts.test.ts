/** How many parts LELP makes of a class, and how far they are the finer classes. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import { makePass, makeStep, ops } from '../../src/golden/kit';
import method from '../../src/methods/lelp';
import { projection } from '../../src/methods/lelp/fit';
import { agreement } from '../../src/methods/lelp/match';
import { clusterClass, mostParts } from '../../src/methods/lelp/splits';
import { lelpTargets, project } from '../../src/methods/lelp/targets';
import { matrix, numbersOf } from './support';

const stream = (name: string) => {
  const rng = new Rng(3, name);
  return { uniform: () => rng.uniform(), normal: () => rng.normal() };
};
const { normal } = stream('embedding');
const embeddings = Array.from({ length: 90 }, () => Float64Array.from({ length: 8 }, () => normal()));
const classes = 3;
const labels = Int32Array.from({ length: 90 }, (_, i) => (i * 7) % classes);
const told = (rows: readonly Float64Array[]) => async () => ({
  logits: Float32Array.from(rows.flatMap((h) => [h[0]! + h[3]!, h[1]!, h[2]! - h[0]!])),
  embedding: Float32Array.from(rows.flatMap((h) => [...h])),
  width: 8,
});
const outputs = told(embeddings);
const { params } = makeStep(method, { params: { subclasses: 3 } });

describe('parts of a class', () => {
  it('are as many as the smallest class has images, less one, for all classes', async () => {
    expect(mostParts(Int32Array.of(0, 0, 0, 1, 1, 1, 1, 3, 3, 3))).toBe(2);
    expect(mostParts(Int32Array.of(0, 1, 1))).toBe(1);
    const few = labels.map((label, i) => (i < 6 ? label : 0));
    const { splits } = await method.prepare!(makePass(few, classes, outputs), params);
    const teacher = matrix(4, classes, 7, 2);
    const shares = await numbersOf(() =>
      lelpTargets(ops, project(ops, splits, matrix(4, 8, 8)), teacher, 2, 0.5),
    );
    const whole = await numbersOf(() => ops.softmax(teacher, 2));
    whole.forEach((p, at) => {
      expect(shares.slice(3 * at, 3 * at + 3)).toEqual([expect.closeTo(p, 6), 0, 0]);
    });
  });

  it('by k-means are the clumps that there are, and the nearest centre is the likeliest part', async () => {
    const clumps = [
      [4, 0, 0],
      [0, 4, 0],
      [0, 0, 4],
    ];
    const points = Array.from({ length: 60 }, (_, i) =>
      Float64Array.from(clumps[i % 3]!, (x) => x + 0.1 * normal()),
    );
    const split = clusterClass(points, 3, 3, stream('start').uniform);
    const m = projection([split], 3);
    const part = (row: Float64Array) => {
      const z = [0, 1, 2].map((s) => m[9 + s]! + [...row].reduce((sum, x, d) => sum + x * m[3 * d + s]!, 0));
      return z.indexOf(Math.max(...z));
    };
    const found = points.map(part);
    const order = found.slice(0, 3);
    expect(new Set(order).size).toBe(3);
    expect(found).toEqual(points.map((_, i) => order[i % 3]));
  });
});

describe('the match with the finer classes', () => {
  it('is 1 for the same partition under other names, 0 for independent ones and where one is constant', () => {
    const a = [0, 0, 1, 1, 2, 2];
    expect(agreement(a, [7, 7, 3, 3, 5, 5])).toBeCloseTo(1, 12);
    expect(agreement([0, 0, 1, 1], [0, 1, 0, 1])).toBeCloseTo(0, 12);
    expect(agreement(a, [4, 4, 4, 4, 4, 4])).toBe(0);
    // Entropies ln 2 and 2 ln 2, all of the first shared: 2 ln 2 / (3 ln 2).
    expect(agreement([0, 0, 1, 1], [0, 1, 2, 3])).toBeCloseTo(2 / 3, 12);
  });

  it('is high by class where parts were cut along what the finer classes are', async () => {
    // Of class 0 the finer class is in the embedding, of the others it is not.
    const finer = Int32Array.from(embeddings, (h, i) =>
      labels[i] === 0 ? Number(h[6]! > 0) : 10 * labels[i]! + (Math.floor(i / 3) % 2),
    );
    const clear = embeddings.map((h, i) =>
      labels[i] === 0 ? h.map((x, d) => (d === 6 ? 9 * Math.sign(x) : x)) : h,
    );
    const pass = { ...makePass(labels, classes, told(clear)), attributes: { 'finer class': finer } };
    const { match } = await method.prepare!(pass, {
      ...params,
      subclasses: 2,
      rotate: false,
      directions: 'clusters',
    });
    const [first, ...others] = await numbersOf(() => match.read(ops.range(0, classes, 1, 'int32')));
    expect(first).toBeCloseTo(1, 6);
    for (const other of others) expect(other).toBeLessThan(0.3);
    const best = await method.prepare!(pass, { ...params, directions: 'finer' });
    expect(await numbersOf(() => best.match.read(ops.range(0, classes, 1, 'int32')))).toEqual([1, 1, 1]);
    const plain = await method.prepare!(makePass(labels, classes, told(clear)), params);
    expect(await numbersOf(() => plain.match.read(ops.range(0, classes, 1, 'int32')))).toEqual([0, 0, 0]);
  });
});
