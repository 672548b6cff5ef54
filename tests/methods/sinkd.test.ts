import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/engine/autodiff';
import type { Scalar, Tensor, Tensor2D } from '../../src/engine/types';
import { makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/sinkd';
import { pulls, toy } from '../../src/methods/sinkd/pictures';
import {
  CELLS,
  density,
  fits,
  type Hump,
  moved,
  quantiles,
  STEPS,
  TEACHER,
} from '../../src/methods/sinkd/toy';
import { transport } from '../../src/methods/sinkd/transport';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, numberOf, numbersOf, termsOf } from './support';

golden('sinkd');

const s = matrix(8, 5, 1, 2);
const t = matrix(8, 5, 2, 3);
const labels = labelsOf(8, 5);
const nets = { student: net({ logits: s }), teacher: net({ logits: t }) };
const distance = (a: Tensor2D, b: Tensor2D, epsilon = 0.1) =>
  numberOf(() => transport(ops, a, b, epsilon, 20).distance);

describe('the plan', () => {
  it.each([0.05, 0.1, 0.5])('has columns that add up to 1 at a blur of %f', async (epsilon) => {
    const plan = () => transport(ops, s, t, epsilon, 20).plan;
    for (const sum of await numbersOf(() => ops.sum(plan(), 0))) expect(sum).toBeCloseTo(1, 6);
    expect((await numbersOf(plan)).every((x) => x >= 0)).toBe(true);
  });

  it('is that of alternating normalisation', async () => {
    const plan = await numbersOf(() => {
      const { cost } = transport(ops, s, t, 0.1, 1);
      let p: Tensor2D = ops.exp(ops.div(cost, -0.1));
      for (let sweep = 0; sweep < 7; sweep++) {
        p = ops.div(p, ops.sum(p, 1, true));
        p = ops.div(p, ops.sum(p, 0, true));
      }
      return p;
    });
    const found = await numbersOf(() => transport(ops, s, t, 0.1, 7).plan);
    for (const [i, x] of found.entries()) expect(x).toBeCloseTo(plan[i]!, 5);
  });

  it('does not care in which order the teacher answers', async () => {
    const order = ops.tensor1d([3, 0, 7, 1, 6, 2, 5, 4], 'int32');
    expect(await distance(s, ops.gather(t, order))).toBeCloseTo(await distance(s, t), 5);
  });
});

describe('limits', () => {
  it('equal answers cost little, but not nothing', async () => {
    const [same, other] = [await distance(t, t), await distance(s, t)];
    expect(same).toBeGreaterThan(0);
    expect(same).toBeLessThan(0.05 * other);
  });

  it('one image: the cost is the L1 distance', async () => {
    const [a, b] = [matrix(1, 5, 3), matrix(1, 5, 4)];
    const l1 = await numberOf(() => ops.sum(ops.abs(ops.sub(ops.softmax(a, 2), ops.softmax(b, 2)))));
    expect(await distance(a, b)).toBeCloseTo(l1, 6);
  });

  it('weight 0 leaves labels and teacher alone, bit for bit', async () => {
    const without = await gradientsOf(method, { ...nets, labels, params: { beta: 0, sweeps: 1 } });
    const other = await gradientsOf(method, { ...nets, labels, params: { beta: 0, sweeps: 30 } });
    expect(without).toEqual(other);
    expect((await termsOf(method, { ...nets, labels, params: { beta: 0 } }))['transport']).toBe(0);
  });

  it('both sizes of the term differ by 1000 / batch', async () => {
    const at = async (scale: string) =>
      (await termsOf(method, { ...nets, labels, params: { scale } }))['transport']!;
    expect((await at('mean')) / (await at('released'))).toBeCloseTo(1000 / 8, 3);
  });
});

describe('a falling temperature', () => {
  const at = async (epoch: number, anneal: boolean, temperature = 4) => {
    const params = { anneal, temperature };
    const when = { epoch: ops.scalar(epoch), epochs: 4 };
    return (await termsOf(method, { ...nets, labels, params, ...when }))['kd']!;
  };

  it('goes by equal steps from its start to 1 and stays where it is when not asked to fall', async () => {
    for (const [epoch, temperature] of [4, 3, 2, 1].entries())
      expect(await at(epoch, true)).toBeCloseTo(await at(0, false, temperature), 5);
    expect(await at(3, false)).toBe(await at(0, false));
  });
});

describe('how hard losses pull', () => {
  it.each(['forward KL', 'reverse KL', 'transport of one image'])(
    '%s: the length of its real gradient',
    async (name) => {
      const which = ['forward KL', 'reverse KL', 'transport of one image'].indexOf(name);
      const rows = await numbersOf(() => pulls(ops, s, t));
      const of = (z: Tensor) => ops.logSoftmax(z, 2);
      const losses = [
        (z: Tensor) => ops.klRows(of(t), of(z)),
        (z: Tensor) => ops.klRows(of(z), of(t)),
        (z: Tensor) => ops.sum(ops.abs(ops.sub(ops.exp(of(z)), ops.exp(of(t)))), -1),
      ];
      // By logits the slope has the factor 1 / 2 of the temperature.
      const slopes = await numbersOf(() =>
        ops.mul(2, ops.norm(gradient((z) => ops.sum(losses[which]!(z)) as Scalar, s))),
      );
      slopes.forEach((length, i) => {
        const [, shown, group] = rows.slice(3 * (8 * which + i));
        expect([shown, group]).toEqual([expect.closeTo(length, 5), which]);
      });
    },
  );
});

describe('the toy', () => {
  const ways = fits(0.1, 20);
  const [forward, reverse, jensen, carried] = ways.map((way) => way.at(-1)!) as [Hump, Hump, Hump, Hump];
  const axis = Array.from({ length: CELLS }, (_, i) => (2 * i + 1) / CELLS - 1);
  const momentsOf = (p: readonly number[]) => {
    const mean = p.reduce((sum, v, i) => sum + v * axis[i]!, 0);
    return [mean, Math.sqrt(p.reduce((sum, v, i) => sum + v * (axis[i]! - mean) ** 2, 0))] as const;
  };

  it.each([
    [0.05, 50],
    [0.1, 20],
    [0.5, 1],
  ])('moves answers as the loss does, at a blur of %f and %i sweeps', async (epsilon, sweeps) => {
    const [from, to] = [quantiles(density([[1, 0.3, 0.2]])), quantiles(density(TEACHER))];
    const wanted = await numberOf(() => {
      const [a, b] = [from, to].map((x) => ops.tensor2d(x, [x.length, 1])) as [Tensor2D, Tensor2D];
      const cost = ops.pairwiseDistances(a, b, 'absolute');
      return ops.div(ops.sum(ops.mul(ops.sinkhorn(ops.div(cost, -epsilon), sweeps), cost)), from.length);
    });
    expect(moved(from, to, epsilon, sweeps)).toBeCloseTo(wanted, 5);
  });

  it('has quantiles with equal weights between them', () => {
    // Of a normal distribution, 1/32 and 31/32 are 1.863 deviations away. Around 0 the cells are symmetric, too.
    const places = quantiles(density([[1, 0, 0.1]]));
    expect(places.at(-1)).toBeCloseTo(0.1863, 2);
    for (const [i, place] of places.entries()) expect(place + places.at(-1 - i)!).toBeCloseTo(0, 6);
    expect(places.every((place, i) => i === 0 || place > places[i - 1]!)).toBe(true);
  });

  it('forward KL covers both humps: mean and spread are the teacher’s', () => {
    const [mean, spread] = momentsOf(density([[1, forward.centre, forward.width]]));
    const [wantedMean, wantedSpread] = momentsOf(density(TEACHER));
    expect(mean).toBeCloseTo(wantedMean, 2);
    expect(spread).toBeCloseTo(wantedSpread, 2);
  });

  it('reverse KL and Jensen-Shannon stay on the nearest hump, though it is the smaller one', () => {
    for (const { centre, width } of [reverse, jensen]) {
      expect(centre).toBeCloseTo(0.4, 2);
      expect(width).toBeCloseTo(0.1, 2);
    }
  });

  it('transport leaves the nearest hump for a place between both, and no step near it is cheaper', () => {
    const to = quantiles(density(TEACHER));
    const cost = (centre: number, width: number) =>
      moved(quantiles(density([[1, centre, width]])), to, 0.1, 20);
    const { centre, width } = carried;
    expect(centre).toBeLessThan(0);
    expect(width).toBeGreaterThan(0.3);
    expect(cost(centre, width)).toBeLessThan(cost(0.4, 0.1) / 2);
    for (const [x, y] of [
      [0.1, 0],
      [-0.1, 0],
      [0, 0.1],
      [0, -0.1],
    ] as const)
      expect(cost(centre + x, width * Math.exp(y))).toBeGreaterThan(cost(centre, width));
  });

  it('is as far as the run is', async () => {
    const shown = async (progress: number) => {
      const { fitting, trails } = toy(ops, ops.scalar(progress), { epsilon: 0.1, sweeps: 20 });
      return [await numbersOf(() => fitting), await numbersOf(() => trails)] as const;
    };
    for (const [progress, step] of [
      [0, 0],
      [0.5, STEPS / 2],
      [1, STEPS],
    ] as const) {
      const [curves, dots] = await shown(progress);
      expect(curves).toHaveLength(5 * (CELLS + 1));
      const humps = [TEACHER, ...ways.map((way) => [[1, way[step]!.centre, way[step]!.width]] as const)];
      const wanted = humps.flatMap((hump, i) => [i, ...density(hump)]);
      for (const [i, v] of wanted.entries()) expect(curves[i]).toBeCloseTo(v, 6);
      const at = (i: number) => dots.slice(3 * (2 + i), 3 * (3 + i));
      const early = Math.min(step, 10);
      for (const [i, way] of ways.entries())
        for (const [row, seen] of [
          [10, early],
          [STEPS, step],
        ] as const)
          expect(at(4 * row + i)).toEqual(
            [way[seen]!.centre, way[seen]!.width, i + 1].map((v) => expect.closeTo(v, 5)),
          );
    }
  });
});

it('its picture moves the mass of one class together', async () => {
  const { plan, pairs } = method.probe!(makeStep(method, { ...nets, labels }));
  expect(plan!.shape).toEqual([8, 8]);
  const [diagonal, sameClass] = await numbersOf(() => pairs!);
  expect(diagonal).toBeLessThanOrEqual(sameClass!);
  const perfect = method.probe!(makeStep(method, { student: nets.teacher, teacher: nets.teacher, labels }));
  expect((await numbersOf(() => perfect['pairs']!))[0]).toBeGreaterThan(diagonal!);
});

describe('edges', () => staysFinite(method));
describe('edges, sharpest plan', () =>
  staysFinite(method, () => ({ params: { epsilon: 0.05, sweeps: 50 } })));
