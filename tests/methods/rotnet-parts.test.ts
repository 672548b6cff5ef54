/** Readouts, images without labels, a teacher of turns and the pictures of RotNet. */
import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '../../src/engine/types';
import { fixedRandom, makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/rotnet';
import { firstFilters, nearest } from '../../src/methods/rotnet/pictures';
import { allTurns } from '../../src/methods/views/turns';
import { forwardOf, poolBatch } from './made-up';
import { gradientsOf, labelsOf, matrix, normal, numbersOf, termsOf } from './support';

const { params } = makeStep(method, {});
/** Nothing has been read from the two layers of a student yet. */
const reached = [ops.zeros([2]) as Variable, ops.zeros([2]) as Variable];
const student = net({
  logits: matrix(6, 3, 1),
  embedding: matrix(6, 5, 2),
  taps: { stem: normal([6, 8, 8, 2], 3), stage1: normal([6, 4, 4, 3], 4), stage2: normal([6, 2, 2, 4], 5) },
});
const shapes = {
  embedding: 5,
  taps: { stem: [8, 8, 2], stage1: [4, 4, 3], stage2: [2, 2, 4] },
};

function grown(values: object, more: { pool?: number } = {}) {
  const build = new NetworkBuild(1, 'extras');
  const chosen = { ...params, features: 'frozen' as const, ...values };
  const given = { classes: 3, samples: 6, image: [8, 8, 1], student: shapes, teacher: undefined };
  return { build, extras: method.extras!(build, { ...given, params: chosen, ...more }) };
}

describe('readouts of frozen features', () => {
  const turns = 5 * 4 + 4;
  it.each([
    [{ readout: 'linear', layer: 0 }, 5 * 3 + 3],
    [{ readout: 'linear', layer: 2 }, 48 * 3 + 3],
    // The stem's 8 by 8 cells are averaged down to 4 by 4.
    [{ readout: 'linear', layer: 1 }, 32 * 3 + 3],
    [{ readout: 'linear', layer: 7 }, 16 * 3 + 3],
    [{ readout: 'mlp', layer: 0 }, 5 * 60 + 2 * 60 + 60 * 60 + 2 * 60 + 60 * 3 + 3],
    [{ readout: 'conv', layer: 2 }, 9 * 9 + 9 + 9 + 3 * 6 + 3 * 3 + 3],
    [{ readout: 'conv', layer: 0 }, 9 * 25 + 25 + 25 + 3 * 10 + 5 * 3 + 3],
  ])('%o has %i weights and moves nothing below', async (values, weights) => {
    const { build, extras } = grown(values);
    expect(build.parameters).toBe(weights + turns);
    const parts = {
      params: { features: 'frozen', ...values },
      phase: 'distil',
      extras,
      student,
      teacher: net({ logits: matrix(6, 3, 6) }),
      labels: labelsOf(6, 3),
    };
    const gradients = Object.values(await gradientsOf(method, parts)).flat();
    expect(gradients.every((g) => g === 0)).toBe(true);
    const { labels } = await termsOf(method, parts);
    expect(labels).toBeGreaterThan(0);
    build.dispose();
  });

  it('are what predicts, one row of classes for each image', async () => {
    const { build, extras } = grown({ readout: 'conv' });
    build.training = false;
    const shown = makeStep(method, { params: { ...params, features: 'frozen' }, extras, student });
    expect(method.predict!(shown).shape).toEqual([6, 3]);
    build.dispose();
  });
});

describe('images without labels', () => {
  const pool = poolBatch(1, (_, rows, seed) => net({ embedding: matrix(rows, 5, seed) }));
  const weight = matrix(5, 4, 9);
  const extras = { turns: (x: Tensor) => ops.matMul(x, weight), readout: undefined, pool: true, reached };
  const images = normal([8, 8, 8, 1], 7) as Tensor4D;
  const all = net({ embedding: matrix(28, 5, 8), logits: matrix(28, 3, 1) });

  it('are turned as the batch is and guessed in one pass with it', async () => {
    const seen: number[][] = [];
    const known = forwardOf([all], []);
    const step = {
      ...{ phase: 'pretext', extras, images, student: net({ embedding: matrix(8, 5) }), pool },
      forward: (x: Tensor4D, options?: object) => {
        seen.push([...x.shape]);
        return known(x, options);
      },
    };
    const { rotation } = await termsOf(method, step);
    // Two images in four turns each, and the five of the pool.
    expect(seen).toEqual([[28, 8, 8, 1]]);
    const labels = ops.tile(ops.oneHot(ops.tensor1d([0, 1, 2, 3], 'int32'), 4), [7, 1]) as Tensor2D;
    const z = ops.matMul(all.embedding, weight) as Tensor2D;
    const [wanted] = await numbersOf(() => ops.crossEntropy(z, labels));
    expect(rotation).toBeCloseTo(wanted!, 6);
  });

  it('are asked for by the set-up alone: without them the batch stands for itself', () => {
    expect([grown({}).extras.pool, grown({}, { pool: 20 }).extras.pool]).toEqual([false, true]);
  });
});

describe('turns', () => {
  it('of two kinds have two outputs and two copies of an image', () => {
    const { extras } = grown({ turns: '2' });
    expect(extras.turns(student.embedding).shape).toEqual([6, 2]);
    const labels = labelsOf(6, 3);
    const batch = method.input!(
      { images: normal([6, 8, 8, 1]) as Tensor4D, labels, targets: ops.oneHot(labels, 3) },
      { ops, random: fixedRandom(), params: { ...params, turns: '2' }, classes: 3, phase: 'pretext' },
    );
    expect([batch.images.shape, batch.labels.shape]).toEqual([[12, 8, 8, 1], [12]]);
  });

  it('of an image that looks alike from all sides cannot be told by any network', async () => {
    // Rings around the centre: all four copies are the same, so an answer is right for one of the four.
    const ring = Array.from({ length: 36 }, (_, i) =>
      Math.max(Math.abs((i % 6) - 2.5), Math.abs(Math.floor(i / 6) - 2.5)),
    );
    const four = allTurns(ops, ops.reshape(ops.tensor1d(ring), [1, 6, 6, 1]) as Tensor4D);
    const z = ops.matMul(ops.flatten(four), matrix(36, 4, 5)) as Tensor2D;
    const extras = { turns: () => z, readout: undefined, pool: false, reached };
    const step = { phase: 'pretext', extras, student: net({ embedding: z }), images: four };
    expect((await termsOf(method, step))['rotation']).toBeGreaterThanOrEqual(Math.log(4));
    const counts = await numbersOf(() => method.probe!(makeStep(method, step))['confusion']!);
    expect([0, 5, 10, 15].reduce((sum, at) => sum + counts[at]!, 0)).toBe(1);
  });

  it('can be taught by a teacher of turns, which learns them first', async () => {
    const values = { ...params, guide: 0.3 };
    const phases = method.phases!(values);
    expect(Object.keys(phases)).toEqual(['guide', 'pretext', 'distil']);
    expect(phases['guide']).toMatchObject({ share: 0.2, trains: ['teacher'] });
    expect(Object.keys(method.phases!(params))).toEqual(['pretext', 'distil']);
    expect(method.roles?.teachers?.(params, {} as never)).toEqual([]);
    const teachers = [net({ logits: matrix(8, 4, 3) })];
    const extras = { turns: (x: Tensor) => x, readout: undefined, pool: false, reached };
    const own = net({ embedding: matrix(8, 4, 2), logits: matrix(8, 3) });
    const at = (guide: number, phase = 'pretext') =>
      termsOf(method, { params: { guide }, phase, extras, student: own, teachers });
    const [alone, all, half] = [await at(0), await at(1), await at(0.5)];
    expect(half['rotation']).toBeCloseTo((alone['rotation']! + all['rotation']!) / 2, 5);
    const same = { params: { guide: 1 }, phase: 'pretext', extras, student: own };
    const twin = await termsOf(method, { ...same, teachers: [net({ logits: own.embedding })] });
    expect(Math.abs(twin['rotation']!)).toBeLessThan(1e-6);
    const slopes = await gradientsOf(method, { ...same, teachers });
    expect(slopes['1/logits']!.every((g) => g === 0)).toBe(true);
    const learning = await gradientsOf(method, { ...same, phase: 'guide', teachers });
    expect(learning['1/logits']!.some((g) => g !== 0)).toBe(true);
    expect(learning['0/embedding']!.every((g) => g === 0)).toBe(true);
  });
});

describe('pictures', () => {
  it('show the first kernels as images of what they read', async () => {
    const image = [4, 4, 2];
    const conv = normal([3, 3, 2, 5], 1);
    const shown = firstFilters(ops, { a: conv, b: matrix(32, 6) }, image);
    expect(shown.shape).toEqual([5, 3, 3, 2]);
    const [first] = await numbersOf(() => ops.slice(shown, [4, 2, 1, 1], [1, 1, 1, 1]));
    expect(first).toBe((await numbersOf(() => ops.slice(conv, [2, 1, 1, 4], [1, 1, 1, 1])))[0]);
    expect(firstFilters(ops, { a: matrix(5, 6), b: matrix(32, 20) }, image).shape).toEqual([16, 4, 4, 2]);
    expect(firstFilters(ops, {}, image).shape).toEqual([1, 1, 1, 1]);
  });

  it('put beside an image those whose features point the same way', async () => {
    const images = ops.reshape(ops.range(0, 6, 1), [6, 1, 1, 1]) as Tensor4D;
    const way = (angle: number) => [Math.cos(angle), Math.sin(angle)];
    const angles = [0, 3, 0.1, 3.1, 0.3, 2.8];
    const features = ops.tensor2d(angles.map((angle, i) => way(angle).map((x) => (i + 1) * x)));
    const rows = await numbersOf(() => nearest(ops, images, features));
    expect(rows.slice(0, 8)).toEqual([0, 2, 4, 5, 1, 3, 5, 4]);
    expect(await numbersOf(() => nearest(ops, ops.slice(images, 0, 1), ops.slice(features, 0, 1)))).toEqual([
      0,
    ]);
  });

  it('count right guesses by class', async () => {
    const z = ops.mul(5, ops.oneHot(ops.tensor1d([0, 1, 2, 0, 0, 0, 0, 0], 'int32'), 4)) as Tensor2D;
    const extras = { turns: () => z, readout: undefined, pool: false, reached };
    const labels = ops.tensor1d([1, 1, 1, 1, 0, 0, 0, 0], 'int32');
    const own = net({ embedding: z, logits: ops.zeros([8, 2]), taps: { last: normal([8, 2, 2, 3]) } });
    const step = makeStep(method, { phase: 'pretext', extras, student: own, labels });
    const shown = method.probe!(step);
    expect(await numbersOf(() => shown['byClass']!)).toEqual([1, 0, 0, 0, 1, 1, 1, 0]);
    expect(shown['copies']!.shape).toEqual([4, 2, 2, 1]);
  });

  it('ask about the turned images anew once the classes are learnt', async () => {
    const asked: [number, boolean | undefined][] = [];
    const z = ops.tile(
      ops.mul(5, ops.oneHot(ops.range(0, 4, 1, 'int32') as Tensor1D, 4)),
      [2, 1],
    ) as Tensor2D;
    const extras = { turns: () => z, readout: undefined, pool: false, reached };
    const images = normal([2, 4, 4, 1]) as Tensor4D;
    const own = net({ embedding: matrix(2, 3), logits: matrix(2, 2), taps: { last: normal([2, 2, 2, 3]) } });
    const known = forwardOf([own], []);
    const forward = (x: Tensor4D, options?: { training?: boolean }) => {
      asked.push([x.shape[0], options?.training]);
      return known(x);
    };
    const step = makeStep(method, {
      phase: 'distil',
      extras,
      images,
      student: own,
      labels: labelsOf(2, 2),
      forward,
    });
    const shown = method.probe!(step);
    expect(asked).toEqual([[8, false]]);
    expect(await numbersOf(() => shown['confusion']!)).toEqual([
      2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2,
    ]);
    expect(await numbersOf(() => shown['byClass']!)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
