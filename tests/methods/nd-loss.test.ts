import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor2D } from '../../src/engine/types';
import { makePass, makeStep, net, ops, table } from '../../src/golden/kit';
import kd from '../../src/methods/kd';
import { classMeans } from '../../src/methods/kit';
import method from '../../src/methods/nd-loss';
import { type Form, normDirection, unitRows } from '../../src/methods/nd-loss/direction';
import { lengthCounts } from '../../src/methods/nd-loss/pictures';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('nd-loss');

const student = net({ logits: matrix(6, 4, 1), embedding: matrix(6, 5, 2) });
const teacher = net({ logits: matrix(6, 4, 3), embedding: matrix(6, 5, 4, 2) });
const labels = labelsOf(6, 4);
const directions = (seed: number, scale = 1) => {
  const rows = Float32Array.from({ length: 20 }, (_, i) => scale * Math.sin(seed * (i + 1)));
  return table(ops.tensor2d(unitRows(rows, 5), [4, 5]));
};
const memory = directions(3);

describe('limits', () => {
  it('weight 0 is the host, bit for bit', async () => {
    const params = { ndWeight: 0, warmup: 0, ceWeight: 0.1, kdWeight: 0.9 };
    const parts = { params, student, teacher, labels, memory };
    const terms = await termsOf(method, parts);
    const host = await termsOf(kd, { params: { ceWeight: 0.1, kdWeight: 0.9 }, student, teacher, labels });
    expect([terms['ce'], terms['kd'], terms['nd']]).toEqual([host['ce'], host['kd'], 0]);
    const gradients = await gradientsOf(method, parts);
    expect(gradients['0/embedding']!.every((g) => g === 0)).toBe(true);
  });

  it('the scale of the class means changes nothing', async () => {
    const at = async (scale: number) =>
      (await termsOf(method, { student, teacher, labels, memory: directions(3, scale) }))['nd']!;
    expect(await at(70)).toBeCloseTo(await at(1), 5);
  });

  it('ramps only the distillation', async () => {
    const at = (progress: number) =>
      termsOf(method, {
        params: { warmup: 0.2 },
        student,
        teacher,
        labels,
        memory,
        progress: ops.scalar(progress),
      });
    const [start, half, end, late] = [await at(0), await at(0.1), await at(0.2), await at(1)];
    expect([start['kd'], start['nd']]).toEqual([0, late['nd']]);
    expect(half['kd']! / late['kd']!).toBeCloseTo(0.5, 5);
    expect(end['kd']).toBeCloseTo(late['kd']!, 5);
  });

  it('a class without images does not count', async () => {
    const values = [...(await numbersOf(() => memory.read(ops.range(0, 4, 1, 'int32'))))];
    values.fill(0, 0, 5);
    const holed = table(ops.tensor2d(values, [4, 5]));
    const found = await termsOf(method, { student, teacher, labels, memory: holed });
    const all = await numbersOf(() => {
      const unit = memory.read(labels);
      const row = (i: number) => ops.slice(student.embedding, [i, 0], [1, -1]);
      const of = (i: number) =>
        normDirection(
          ops,
          row(i),
          ops.slice(teacher.embedding, [i, 0], [1, -1]),
          ops.slice(unit, [i, 0], [1, -1]),
          'both',
        );
      return ops.stack([0, 1, 2, 3, 4, 5].map(of));
    });
    const counted = all.filter((_, i) => (i * 7) % 4 !== 0);
    expect(counted.length).toBe(4);
    expect(found['nd']).toBeCloseTo(counted.reduce((a, b) => a + b) / counted.length, 5);
  });

  it('pulls short features along the direction and only turns long ones', async () => {
    const unit = memory.read(labels);
    const g = async (scale: number) => {
      const x = ops.mul(ops.l2Normalize(student.embedding), scale);
      const length = ops.mul(ops.l2Normalize(teacher.embedding), 2);
      return {
        x: await numbersOf(() => ops.mul(x, 1)),
        g: await numbersOf(() => gradient((held) => normDirection(ops, held, length, unit, 'both'), x)),
      };
    };
    const e = await numbersOf(() => ops.mul(unit, 1));
    const short = await g(1);
    for (const [i, value] of short.g.entries()) expect(value).toBeCloseTo(-e[i]! / (6 * 2), 5);
    const long = await g(3);
    for (let row = 0; row < 6; row++) {
      let dot = 0;
      for (let k = 5 * row; k < 5 * row + 5; k++) dot += long.g[k]! * long.x[k]!;
      expect(Math.abs(dot)).toBeLessThan(1e-6);
    }
    expect(Math.max(...long.g.map(Math.abs))).toBeGreaterThan(0.01);
  });
});

describe('features along their direction', () => {
  const unit = memory.read(labels);
  const t = ops.mul(ops.l2Normalize(teacher.embedding), 2);
  const at = async (scale: number, form: Form = 'both') => {
    const x = ops.mul(unit, scale);
    const [loss] = await numbersOf(() => normDirection(ops, x, t, unit, form));
    return { loss, g: await numbersOf(() => gradient((f) => normDirection(ops, f, t, unit, form), x)) };
  };

  it.each(['both', 'norm'] as const)(
    'and as long as the teacher’s cost nothing and pull nowhere: %s',
    async (form) => {
      for (const scale of [2.01, 7]) {
        const { loss, g } = await at(scale, form);
        expect(loss).toBeCloseTo(0, 6);
        expect(Math.max(...g.map(Math.abs))).toBeLessThan(1e-6);
      }
    },
  );

  it('of length 0 cost 1, with a finite pull', async () => {
    const { loss, g } = await at(0);
    expect(loss).toBeCloseTo(1, 6);
    expect(g.every(Number.isFinite)).toBe(true);
    expect(g.some((x) => x !== 0)).toBe(true);
  });

  it('the norm alone does not see where they point', async () => {
    const turned = ops.reverse(unit, 1);
    const loss = (x: Tensor) => numbersOf(() => normDirection(ops, ops.mul(x, 1.5), t, unit, 'norm'));
    expect((await loss(turned))[0]).toBeCloseTo((await loss(unit))[0]!, 6);
    expect((await loss(unit))[0]).toBeCloseTo(0.25, 6);
  });

  it('are counted by length on one scale', async () => {
    const counts = await numbersOf(() =>
      lengthCounts(ops, [ops.tensor2d([[0], [1], [1], [4]]), ops.tensor2d([[2], [2], [2], [4]])]),
    );
    const rows = [counts.slice(0, 25), counts.slice(25)];
    expect(rows.map((row) => row[0])).toEqual([0, 1]);
    expect(rows.map((row) => [row[1], row[7], row[13], row[24]])).toEqual([
      [0.25, 0.5, 0, 0.25],
      [0, 0, 0.75, 0.25],
    ]);
  });
});

describe('what it prepares', () => {
  it('averages the teacher per class', async () => {
    const rows = new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...classMeans(rows, 2, [0, 2, 0, 2], 3)]).toEqual([3, 4, 0, 0, 5, 6]);
    const outputs = async () => ({ logits: new Float32Array(12), embedding: rows, width: 2 });
    const { params } = makeStep(method, {});
    const made = await method.prepare!(makePass(new Int32Array([0, 2, 0, 2]), 3, outputs), params);
    const read = await numbersOf(() => made.read(ops.range(0, 3, 1, 'int32')));
    expect(read).toEqual(
      [3 / 5, 4 / 5, 0, 0, 5 / Math.sqrt(61), 6 / Math.sqrt(61)].map((x) => expect.closeTo(x, 6)),
    );
  });

  it.each([
    [5, 0],
    [7, 7 * 2 + 7 * 5 + 5],
  ])('a student of width %i needs %i weights to reach width 5', (width, weights) => {
    const build = new NetworkBuild(1, 'extras');
    const adapt = method.extras!(build, {
      params: makeStep(method, {}).params,
      classes: 4,
      samples: 6,
      image: [8, 8, 1],
      student: { embedding: width, taps: {} },
      teacher: { embedding: 5, taps: {} },
    });
    expect(build.parameters).toBe(weights);
    if (adapt) expect((adapt(matrix(6, width)) as Tensor).shape).toEqual([6, 5]);
    build.dispose();
  });
});

describe('edges', () =>
  staysFinite(method, ({ classes }) => ({
    params: { host: 'dkd' },
    memory: table(ops.l2Normalize(matrix(classes, 6, 9)) as Tensor2D),
  })));

describe('edges, features of zero', () =>
  staysFinite(method, ({ classes, student: s, rows }) => ({
    student: net({ logits: s.logits, embedding: ops.zeros([rows, 6]) }),
    memory: table(ops.l2Normalize(matrix(classes, 6, 9)) as Tensor2D),
  })));
