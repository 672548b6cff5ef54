import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import type { Tensor1D, Tensor2D, Tensor4D } from '../../src/engine/types';
import { makePass, makeStep, net, ops, table } from '../../src/golden/kit';
import method from '../../src/methods/kd3';
import { choose, chooseFor, remember, shareIn } from '../../src/methods/kd3/epoch';
import { contrast, disagreement, mixDistribution, weightedDistance } from '../../src/methods/kd3/losses';
import { select } from '../../src/methods/kd3/select';
import { readsOf } from '../../src/methods/kd3/shared';
import type { Midway } from '../../src/methods/kit';
import { setUp } from './scenes';
import { golden, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('kd3');

const params = defaults(method.params);
const vector = (values: readonly number[]) => ops.tensor1d([...values]) as Tensor1D;
const scene = (changed: AnyValues = {}) => setUp(method, { name: 'plain' }, 'main', changed);

describe('losses', () => {
  it('a share of 1 gives the image back, 0 the statistics of the partner', async () => {
    const x = normal([3, 4, 4, 2], 5) as Tensor4D;
    const partner = ops.tensor1d([1, 2, 0], 'int32');
    const at = (share: number) => mixDistribution(ops, x, ops.fill([3], share) as Tensor1D, partner);
    const apart = await numberOf(() => ops.max(ops.abs(ops.sub(at(1), x))));
    expect(apart).toBeLessThan(1e-5);
    const means = (y: Tensor4D) => numbersOf(() => ops.mean(y, [1, 2]));
    const wanted = await means(ops.gather(x, partner) as Tensor4D);
    for (const [i, m] of (await means(at(0))).entries()) expect(m).toBeCloseTo(wanted[i]!, 5);
  });

  it('where nothing differs the weight is a half and the distance 0', async () => {
    const z = matrix(4, 5);
    for (const w of await numbersOf(() => disagreement(ops, z, z))) expect(w).toBeCloseTo(0.5, 5);
    const map = normal([4, 2, 2, 3]);
    const kept = vector([1, 1, 1, 1]);
    expect(await numberOf(() => weightedDistance(ops, [map, map], kept, kept))).toBe(0);
  });

  it('rows that are dropped weigh nothing: the losses are those of the others', async () => {
    const [a, b] = [matrix(4, 6, 3), matrix(4, 6, 4)];
    const [s, t] = [normal([4, 2, 2, 3], 5), normal([4, 2, 2, 3], 6)];
    const weights = vector([0.5, 0.7, 0.8, 0.9]);
    const kept = vector([1, 0, 1, 1]);
    const rest = ops.tensor1d([0, 2, 3], 'int32');
    const of = <T extends Tensor2D>(x: T) => ops.gather(x, rest);
    const ones = vector([1, 1, 1]);
    const whole = await numberOf(() => contrast(ops, [a, b], 0.3, kept));
    expect(whole).toBeCloseTo(await numberOf(() => contrast(ops, [of(a), of(b)], 0.3, ones)), 5);
    const distance = await numberOf(() => weightedDistance(ops, [s, t], weights, kept));
    const same = [ops.gather(s, rest), ops.gather(t, rest)] as const;
    const left = ops.gather(weights, rest);
    expect(distance).toBeCloseTo(await numberOf(() => weightedDistance(ops, same, left, ones)), 6);
    const none = vector([0, 0, 0, 0]);
    expect(await numberOf(() => contrast(ops, [a, b], 0.3, none))).toBe(0);
    expect(await numberOf(() => weightedDistance(ops, [s, t], weights, none))).toBe(0);
  });
});

describe('the choice', () => {
  /** Equally sure of every image; 5, 3 and 1 of them are taken for the classes. */
  const answers: number[] = [0, 0, 0, 0, 0, 1, 1, 1, 2].flatMap((k) =>
    [0, 1, 2].map((c) => (c === k ? 2 : 0)),
  );

  it('equally sure, the most frequent class has the highest threshold', () => {
    const { thresholds } = select(answers, answers, { classes: 3, share: 0.5, cutoff: 0.95 });
    expect(thresholds[0]).toBeCloseTo(0.95, 12);
    expect(thresholds[1]).toBeCloseTo((0.95 * 0.6) / 1.4, 12);
    expect(thresholds[1]).toBeGreaterThan(thresholds[2]!);
  });

  it('keeps what the arm says', () => {
    const kept = (changed: AnyValues, student = answers) =>
      choose(student, answers, { classes: 3, share: 0.5, params: { ...params, ...changed } }).kept.length;
    expect(kept({})).toBe(4);
    expect(kept({ cutoff: 0 })).toBe(9);
    expect(kept({ selection: 'all' })).toBe(9);
    expect(kept({ match: 'all' })).toBe(9);
    expect(kept({ match: 'confident' })).toBe(0);
    expect(kept({ match: 'confident', cutoff: 0.7 })).toBe(9);
    const unsure = answers.map(() => 0);
    expect(kept({ match: 'confident', cutoff: 0.7 }, unsure)).toBe(9);
  });

  it('trusts the teacher first and the student alone from half of the run on', () => {
    for (const epochs of [2, 14, 240]) {
      expect(shareIn(0, epochs)).toBeCloseTo(0.99, 2);
      expect(shareIn(Math.ceil(epochs / 2), epochs)).toBe(0);
    }
    expect(shareIn(59, 240)).toBeCloseTo(1 - Math.exp(-5 * (61 / 160 - 1) ** 2), 12);
  });

  it('writes it for the epoch, and leaves it where none is due', async () => {
    const written: Record<string, number[]> = {};
    const noting = (name: string, values: Tensor2D) => ({
      ...table(values),
      fill(all: Float32Array) {
        written[name] = [...all];
      },
    });
    const taught = ops.tensor2d(answers, [9, 3]);
    const memory = {
      chosen: noting('chosen', ops.ones([9, 2])),
      classes: noting('classes', ops.zeros([3, 3])),
      course: noting('course', ops.zeros([1, 2])),
      taught: table(taught),
    };
    const pass = {
      ...makePass(new Int32Array(9), 3),
      extras: {} as never,
      epochs: 4,
      imagesOf: () => new Float32Array(9),
      compute: async (make: (asked: unknown) => Tensor2D) => {
        const asked = { images: () => undefined, student: () => net({ logits: taught }) };
        return (await make(asked).data()) as Float32Array;
      },
    } as unknown as Midway<never, never>;
    await chooseFor(1, pass, memory, { ...params, match: 'all', every: 2 });
    expect(written).toEqual({});
    await chooseFor(2, pass, memory, { ...params, match: 'all', every: 2 });
    expect(written['chosen']!.filter((_, i) => i % 2 === 0)).toEqual(Array(9).fill(1));
    expect(written['chosen']![1]).toBeCloseTo(1 / (1 + 2 * Math.exp(-2)), 6);
    expect(written['classes']!.slice(0, 3).map((share) => Math.round(9 * share))).toEqual([5, 3, 1]);
    expect(written['course']).toEqual([0, 1]);
  });
});

describe('a step', () => {
  it('no label changes anything', async () => {
    const { parts, done } = await scene();
    const labels = labelsOf(6, 4);
    const other = ops.tensor1d([3, 3, 3, 3, 3, 3], 'int32');
    expect(await termsOf(method, { ...parts, labels })).toEqual(
      await termsOf(method, { ...parts, labels: other, targets: ops.oneHot(other, 4) }),
    );
    done();
  });

  it('without contrast and threshold it is the alignment of features alone', async () => {
    const { parts, done } = await scene({ contrast: 0, cutoff: 0 });
    const { match, student, teacher } = await termsOf(method, parts);
    expect([student, teacher]).toEqual([0, 0]);
    expect(match).toBeGreaterThan(0);
    const none = remember(makePass(new Int32Array(24), 4), new Float32Array(96));
    const dropped = { ...none, chosen: table(ops.zeros([24, 2])) };
    expect((await termsOf(method, { ...parts, memory: dropped }))['match']).toBe(0);
    done();
  });

  it('the comparisons are plain distillation on what is kept', async () => {
    const { parts, done } = await scene({ match: 'all' });
    const { match, student, teacher } = await termsOf(method, parts);
    const step = makeStep(method, parts as never);
    const kd = await numberOf(() =>
      ops.distillation(step.student.logits, step.teacher.logits, params.temperature),
    );
    expect(match).toBeCloseTo(kd, 5);
    expect([student, teacher]).toEqual([0, 0]);
    expect(method.predict!(step)).toBe(step.student.logits);
    done();
  });

  it('knows what a head reads: an average, a grid, or its embedding', () => {
    const of = (embedding: number, shape: readonly number[]) => readsOf({ embedding, taps: { last: shape } });
    expect(of(9, [4, 4, 9])).toEqual({ shape: [4, 4, 9], flat: false });
    expect(of(12, [16, 12])).toEqual({ shape: [4, 4, 12], flat: false });
    expect(of(48, [8, 6, 4])).toEqual({ shape: [4, 3, 4], flat: true });
    expect(of(50, [8, 6, 4])).toEqual({ shape: [1, 1, 50], flat: true });
  });
});
