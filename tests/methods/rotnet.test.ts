import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor4D, Variable } from '../../src/engine/types';
import { fixedRandom, makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/rotnet';
import { quarterTurns } from '../../src/methods/views/turns';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, normal, numbersOf, termsOf } from './support';

golden('rotnet');

const images = normal([3, 5, 5, 2]) as Tensor4D;
const labels = labelsOf(3, 4);
const { params } = makeStep(method, {});
/** Nothing has been read from the two layers of a student yet. */
const reached = [ops.zeros([2]) as Variable, ops.zeros([2]) as Variable];
const input = (phase: string) =>
  method.input!(
    { images, labels, targets: ops.oneHot(labels, 4) },
    { ops, params, random: fixedRandom(), classes: 4, phase },
  );

describe('turning', () => {
  it('there and back, and four times, is the same image bit for bit', async () => {
    const same = await numbersOf(() => ops.mul(images, 1));
    expect(await numbersOf(() => quarterTurns(ops, quarterTurns(ops, images, 1), 3))).toEqual(same);
    const four = () => [1, 2, 3, 4].reduce((x) => quarterTurns(ops, x, 1), images);
    expect(await numbersOf(four)).toEqual(same);
    expect(await numbersOf(() => quarterTurns(ops, images, 1))).not.toEqual(same);
  });

  it('goes counter-clockwise', async () => {
    // 1 2 / 3 4 turned to the left is 2 4 / 1 3.
    const x = ops.reshape(ops.tensor1d([1, 2, 3, 4]), [1, 2, 2, 1]) as Tensor4D;
    expect(await numbersOf(() => quarterTurns(ops, x, 1))).toEqual([2, 4, 1, 3]);
  });
});

describe('the first phase', () => {
  it('sees four copies of every image, side by side, with its label', async () => {
    const batch = input('pretext');
    expect(batch.images.shape).toEqual([12, 5, 5, 2]);
    expect([...(await batch.labels.data())]).toEqual([0, 0, 0, 0, 3, 3, 3, 3, 2, 2, 2, 2]);
    expect(batch.targets.shape).toEqual([12, 4]);
    const second = await numbersOf(() => ops.slice(batch.images, [4, 0, 0, 0], [1, -1, -1, -1]));
    expect(second).toEqual(await numbersOf(() => ops.slice(images, [1, 0, 0, 0], [1, -1, -1, -1])));
  });

  it('uses no label and no teacher', async () => {
    const embedding = matrix(8, 4, 5);
    const at = (seed: number) => {
      const nets = {
        student: net({ embedding, logits: matrix(8, 4, seed) }),
        teacher: net({ logits: matrix(8, 4, seed + 1) }),
      };
      const parts = {
        phase: 'pretext',
        extras: { turns: (x: Tensor) => x, readout: undefined, pool: false, reached },
        ...nets,
      };
      return termsOf(method, { ...parts, labels: ops.fill([8], seed % 4, 'int32') as typeof labels });
    };
    expect(await at(1)).toEqual(await at(2));
    expect((await at(1))['labels']).toBe(0);
  });

  it('a net that cannot tell the turns apart has the loss log 4', async () => {
    const parts = {
      phase: 'pretext',
      extras: { turns: () => ops.zeros([8, 4]), readout: undefined, pool: false, reached },
      student: net({ embedding: matrix(8, 3) }),
      teacher: net({ embedding: matrix(8, 3) }),
    };
    expect((await termsOf(method, parts))['rotation']).toBeCloseTo(Math.log(4), 6);
    const counts = await numbersOf(() => method.probe!(makeStep(method, parts))['confusion']!);
    expect(counts.reduce((a, b) => a + b)).toBe(8);
  });
});

describe('the second phase', () => {
  it('sees the images as they are', async () => {
    const batch = input('distil');
    expect(await numbersOf(() => ops.mul(batch.images, 1))).toEqual(
      await numbersOf(() => ops.mul(images, 1)),
    );
  });

  it.each([0, 0.4, 0.9])('phases fill the run at a share of %f', (pretext) => {
    for (const features of ['learn', 'frozen'] as const) {
      const phases = method.phases!({ ...params, pretext, features });
      expect(Object.values(phases).reduce((sum, p) => sum + p.share, 0)).toBeCloseTo(1, 9);
      expect(phases['distil']?.trains).toEqual(features === 'frozen' ? ['extras'] : undefined);
    }
  });

  it('falls in the released steps only when asked to', () => {
    const of = (rates: 'run' | 'released') => Object.values(method.phases!({ ...params, rates }));
    for (const phase of of('run')) expect(phase.rates).toBeUndefined();
    expect(of('released').map(({ rates }) => rates)).toEqual([
      [
        [0.3, 1],
        [0.6, 0.2],
        [0.8, 0.04],
        [1, 0.008],
      ],
      [
        [0.35, 1],
        [0.7, 0.2],
        [0.85, 0.04],
        [1, 0.008],
      ],
    ]);
  });

  it('reads frozen features without moving them', async () => {
    const build = new NetworkBuild(1, 'extras');
    const extras = method.extras!(build, {
      params: { ...params, features: 'frozen', layer: 0 },
      classes: 4,
      samples: 8,
      image: [5, 5, 2],
      student: { embedding: 6, taps: {} },
      teacher: undefined,
    });
    const nets = {
      student: net({ embedding: matrix(8, 6, 2), logits: matrix(8, 4, 3) }),
      teacher: net({ logits: matrix(8, 4, 4) }),
    };
    const parts = {
      params: { features: 'frozen' },
      phase: 'distil',
      extras,
      labels: labelsOf(8, 4),
      ...nets,
    };
    const gradients = await gradientsOf(method, parts);
    for (const values of Object.values(gradients)) expect(values.every((g) => g === 0)).toBe(true);
    const shown = makeStep(method, { params, extras, student: nets.student });
    expect(await numbersOf(() => method.predict!(shown))).not.toEqual([
      ...(await nets.student.logits.data()),
    ]);
    build.dispose();
  });

  it('with a teacher weight of 0 is cross-entropy, bit for bit', async () => {
    const nets = { student: net({ logits: matrix(8, 4, 3) }), teacher: net({ logits: matrix(8, 4, 4) }) };
    const extras = { turns: (x: Tensor) => x, readout: undefined, pool: false, reached };
    const parts = { params: { weight: 0 }, phase: 'distil', extras, labels: labelsOf(8, 4), ...nets };
    const ce = await numbersOf(() => ops.crossEntropy(nets.student.logits, ops.oneHot(labelsOf(8, 4), 4)));
    const terms = await termsOf(method, parts);
    expect([terms['labels'], terms['teacher'], terms['rotation']]).toEqual([ce[0], 0, 0]);
  });
});

describe('edges', () => {
  const extras = {
    turns: (x: Tensor) => ops.slice(x, [0, 0], [-1, 4]),
    readout: undefined,
    pool: false,
    reached: [],
  };
  staysFinite(method, () => ({ extras, phase: 'distil' }));
});
