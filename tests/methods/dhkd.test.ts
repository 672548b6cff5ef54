import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { makeStep, net, ops, table } from '../../src/golden/kit';
import method from '../../src/methods/dhkd';
import { geometry, pullsInHead } from '../../src/methods/dhkd/pictures';
import { cosine } from '../../src/methods/kit';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('dhkd');

const student = net({ logits: matrix(5, 4, 1, 3), embedding: matrix(5, 6, 3) });
const teacher = net({ logits: matrix(5, 4, 2, 4) });
const labels = labelsOf(5, 4);
const params = (values: object) => ({ ...makeStep(method, {}).params, ...values });
const row = (seed: number) => normal([50], seed) as Tensor1D;
const memory = { projected: table(ops.zeros([2, 2])) };

describe('limits', () => {
  it.each(['normalised', 'binary'])('%s: equal logits give no loss and no gradient', async (match) => {
    const parts = { params: { match, head: 'none', gamma: 0 }, student, teacher: student, labels };
    expect(Math.abs((await termsOf(method, parts))['teacher']!)).toBeLessThan(1e-5);
    const gradients = (await gradientsOf(method, parts))['0/logits']!;
    expect(Math.max(...gradients.map(Math.abs))).toBeLessThan(1e-6);
  });

  it('is not blind to a shift of all teacher logits, as softmax is', async () => {
    const shifted = net({ logits: ops.add(teacher.logits, 2) as typeof teacher.logits });
    const at = async (t: typeof teacher) =>
      (await termsOf(method, { params: { head: 'none' }, student, teacher: t, labels }))['teacher']!;
    expect(Math.abs((await at(teacher)) - (await at(shifted)))).toBeGreaterThan(0.1);
  });

  it('weight 0 of the teacher leaves the label gradient bit for bit, aligned or not', async () => {
    const g = row(1);
    for (const align of [true, false]) {
      const out = method.combineGradients!(
        { labels: g, teacher: ops.zerosLike(g) },
        { ops, memory, params: params({ align }) },
      );
      expect([...(await out.data())]).toEqual([...(await g.data())]);
    }
    const terms = await termsOf(method, { params: { alpha: 0, head: 'none' }, student, teacher, labels });
    expect(terms['teacher']).toBe(0);
  });

  it('after alignment the teacher gradient never works against the labels', async () => {
    for (let seed = 1; seed < 20; seed++) {
      const [a, b] = [row(seed), row(seed + 100)];
      const values = await numbersOf(() => {
        const both = method.combineGradients!(
          { labels: a, teacher: b },
          { ops, memory, params: params({ align: true }) },
        );
        const rest = ops.sub(both, a);
        const dot = (x: Tensor, y: Tensor) => ops.sum(ops.mul(x, y));
        return ops.stack([dot(rest, a), dot(a, b), ops.sqrt(ops.mul(dot(a, a), dot(rest, rest)))]);
      });
      const [after, before, scale] = values as [number, number, number];
      expect(after).toBeGreaterThanOrEqual(-1e-6 * scale);
      if (before > 0) expect(after).toBeCloseTo(before, 4);
    }
  });

  it('a label gradient of zero leaves the teacher gradient', async () => {
    const g = row(3);
    const out = method.combineGradients!(
      { labels: ops.zerosLike(g), teacher: g },
      { ops, memory, params: params({ align: true }) },
    );
    expect([...(await out.data())]).toEqual([...(await g.data())]);
  });
});

describe('the auxiliary head', () => {
  const given = (head: string) => ({
    params: params({ head }),
    classes: 4,
    samples: 10,
    image: [8, 8, 1],
    student: { embedding: 6, taps: {} },
    teacher: { embedding: 6, taps: {} },
  });

  it.each([
    ['mlp', 6 * 64 + 2 * 64 + 64 * 4 + 4],
    ['linear', 6 * 4 + 4],
    ['none', 0],
  ])('%s has %i parameters and takes no part in the prediction', async (head, parameters) => {
    const build = new NetworkBuild(1, 'extras');
    const extras = method.extras!(build, given(head));
    expect(build.parameters).toBe(parameters);
    expect(method.predict).toBeUndefined();
    const terms = await termsOf(method, { params: { head }, extras, student, teacher, labels });
    expect(terms['teacher']).toBeGreaterThan(0);
    const { '0/logits': logits, '0/embedding': embedding } = await gradientsOf(method, {
      params: { head, gamma: 0 },
      extras,
      student,
      teacher,
      labels,
    });
    const moved = (values: number[]) => values.some((g) => g !== 0);
    expect([moved(logits!), moved(embedding!)]).toEqual(head === 'none' ? [true, false] : [false, true]);
    build.dispose();
  });

  it('its loss grows with the number of classes', async () => {
    const at = (k: number) =>
      numberOf(() => {
        const nets = {
          student: net({ logits: ops.zeros([2, k]) }),
          teacher: net({ logits: ops.ones([2, k]) }),
        };
        return method.losses(makeStep(method, { params: { head: 'none' }, ...nets })).teacher;
      });
    expect((await at(20)) / (await at(5))).toBeCloseTo(4, 4);
  });
});

describe('pictures', () => {
  const targets = ops.oneHot(labels, 4);

  it('count the steps that were projected: all of them, and with a memory of about a hundred', async () => {
    let kept = ops.zeros([2, 2]) as Tensor2D;
    const projected = {
      ...memory.projected,
      read: () => kept,
      write: (_: Tensor1D, x: Tensor2D) => (kept = x),
    };
    const share = async (align = true) => {
      const parts = { params: { align }, memory: { projected }, labels, student, teacher };
      const shown = method.probe!(makeStep(method, parts))['projected'];
      return shown && numbersOf(() => shown);
    };
    const g = row(1);
    const take = (teacher: Tensor, align = true) =>
      method.combineGradients!(
        { labels: g, teacher: teacher as Tensor1D },
        { ops, memory: { projected }, params: params({ align }) },
      );
    expect(await share()).toEqual([0, 0]);
    for (let step = 0; step < 200; step++) take(ops.neg(g));
    expect(await share()).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5)]);
    for (let step = 0; step < 100; step++) take(g);
    // A gradient across the labels' does not work against them.
    for (let step = 0; step < 100; step++) take(ops.zerosLike(g));
    const recent = (0.99 ** 200 - 0.99 ** 400) / (1 - 0.99 ** 400);
    expect(await share()).toEqual([expect.closeTo(0.5, 5), expect.closeTo(recent, 4)]);
    take(ops.neg(g), false);
    expect((await share())![0]).toBeCloseTo(0.5, 5);
    expect(await share(false)).toBeUndefined();
  });

  it.each(['normalised', 'binary'] as const)(
    '%s: the cosine in the head is that of the gradients by its weights and bias',
    async (match) => {
      const [features, kernel] = [matrix(5, 6, 3), matrix(7, 4, 7)];
      const read = ops.concat([features, ops.ones([5, 1])], 1) as Tensor2D;
      const slope = (term: 'labels' | 'teacher') =>
        gradient((w) => {
          const head = net({ logits: ops.matMul(read, w as Tensor2D), embedding: features });
          const params = { head: 'none', match } as const;
          return method.losses(makeStep(method, { params, labels, student: head, teacher }))[term];
        }, kernel);
      const real = await numberOf(() => cosine(ops, slope('labels'), slope('teacher')));
      const head = net({ logits: ops.matMul(read, kernel), embedding: features });
      const seen = await numberOf(() =>
        pullsInHead(ops, head, teacher.logits, targets, { temperature: 2, match }),
      );
      expect(seen).toBeCloseTo(real, 5);
      expect(Math.abs(seen)).toBeGreaterThan(0.01);
    },
  );

  it('a collapsed net has class means along the rows of its head, all at one angle', async () => {
    const simplex = ops.sub(ops.oneHot(ops.range(0, 4, 1, 'int32') as Tensor1D, 4), 0.25) as Tensor2D;
    const embedding = ops.gather(simplex, labels) as Tensor2D;
    const four = ops.oneHot(labels, 4);
    const shown = await numbersOf(() => geometry(ops, embedding, four, ops.transpose(simplex) as Tensor2D));
    for (let k = 0; k < 4; k++)
      for (let j = 0; j < 8; j++) expect(shown[8 * k + j]).toBeCloseTo(j % 4 === k ? 1 : -1 / 3, 5);
  });
});

describe('edges, normalised', () => staysFinite(method));
describe('edges, binary with a head of large outputs', () =>
  staysFinite(method, ({ classes }) => ({
    params: { match: 'binary' },
    extras: (x: Tensor) => ops.mul(1e4, ops.slice(ops.tile(x, [1, classes]), [0, 0], [-1, classes])),
  })));
