import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import { gradient } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { NetOutput, Scalar, Tensor, Tensor4D } from '../../src/engine/types';
import { makeStep, net, ops } from '../../src/golden/kit';
import type { TapShapes } from '../../src/methods/kit';
import method from '../../src/methods/scalekd';
import { mimicry } from '../../src/methods/scalekd/mimic';
import { headsOf } from '../../src/methods/scalekd/projector';
import { distance } from '../../src/methods/scalekd/views';
import { models } from '../../src/models';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('scalekd');

const ROWS = 3;
const CLASSES = 4;
const labels = labelsOf(ROWS, CLASSES);
const image = [8, 8, 1];

/** A frozen teacher of some kind and its answer to random images. */
function teacherOf(id: string, params: AnyValues, rows = ROWS): { answer: NetOutput; shapes: TapShapes } {
  const model = models.get(id);
  const build = new NetworkBuild(3, id);
  const values = { ...defaults(model.params), ...params };
  const body = model.build(build, ops, { image, classes: CLASSES }, values);
  build.training = false;
  const answer = { ...body.forward(normal([rows, ...image], 9) as Tensor4D), lastStage: body.lastStage };
  const { embedding, taps } = body;
  return { answer, shapes: { embedding, taps, lastStage: body.lastStage !== undefined } };
}

const hierarchical = teacherOf('hvit', { width: 8, blocks: 1, heads: '2' });

const student = (rows = ROWS, scale = 1): NetOutput =>
  net({
    logits: matrix(rows, CLASSES, 1),
    taps: { stage1: normal([rows, 4, 4, 3], 2, scale), stage2: normal([rows, 2, 2, 5], 3, scale) },
  });

const shapesOf = ({ taps }: NetOutput): TapShapes => ({
  embedding: 2,
  taps: Object.fromEntries(Object.entries(taps).map(([name, tap]) => [name, tap.shape.slice(1)])),
});

function extrasFor(from: NetOutput, to: TapShapes, params: AnyValues = {}) {
  const build = new NetworkBuild(1, 'extras');
  build.updateStatistics = false;
  const all = { ...defaults(method.params), ...params };
  const given = { classes: CLASSES, samples: 9, image, student: shapesOf(from), teacher: to, params: all };
  return { extras: method.extras!(build, given), build };
}

/** A complete step with the hierarchical teacher. */
function parts(params: AnyValues = {}, from = student()) {
  const { extras } = extrasFor(from, hierarchical.shapes, params);
  return { params, extras, student: from, teacher: hierarchical.answer, labels };
}

describe('the two views', () => {
  const [made, wanted] = [normal([2, 6, 4], 1), normal([2, 6, 4], 2)];

  it.each([false, true])('do not see the length of tokens (mean removed: %s)', async (removeMean) => {
    const at = (x: Tensor) => numberOf(() => distance(ops, x, wanted, removeMean));
    expect(await at(ops.mul(made, 3))).toBeCloseTo(await at(made), 5);
    expect(await at(made)).toBeGreaterThan(1);
  });

  it('differ in what a constant per channel does', async () => {
    const shifted = ops.add(wanted, ops.tensor1d([1, -2, 0.5, 3]));
    expect(await numberOf(() => distance(ops, shifted, wanted, true))).toBeLessThan(1e-10);
    expect(await numberOf(() => distance(ops, shifted, wanted, false))).toBeGreaterThan(1);
  });

  it('grow with the number of cells, not with the batch', async () => {
    const at = (x: Tensor, y: Tensor) => numberOf(() => distance(ops, x, y, false));
    const one = await at(made, wanted);
    expect(await at(ops.concat([made, made]), ops.concat([wanted, wanted]))).toBeCloseTo(one, 4);
    expect(await at(ops.concat([made, made], 1), ops.concat([wanted, wanted], 1))).toBeCloseTo(2 * one, 4);
  });

  it('stay finite where a map is constant', async () => {
    const flat = ops.ones([2, 6, 4]);
    const slope = gradient((x) => distance(ops, x, wanted, true), flat);
    expect([...(await slope.data())].every(Number.isFinite)).toBe(true);
  });
});

describe('the path through the teacher', () => {
  const from = student();
  const { extras } = extrasFor(from, hierarchical.shapes);
  const run = (f3: Tensor, f4 = from.taps['stage2'] as Tensor) =>
    mimicry(ops, extras, { ...from, taps: { stage1: f3, stage2: f4 } }, hierarchical.answer, 5);
  const f3 = from.taps['stage1'] as Tensor;
  const slopeOf = async (loss: (x: Tensor) => Scalar) => {
    const values = [...(await gradient(loss, f3).data())];
    return Math.max(...values.map(Math.abs));
  };

  it('ends in the form of the last map, normalised as the teacher does', async () => {
    const { through, wanted, grid } = run(f3);
    expect(grid).toEqual([2, 2]);
    expect(through!.spatial.shape).toEqual([ROWS, 4, 16]);
    expect(wanted.shape).toEqual([ROWS, 4, 16]);
    const want = await numbersOf(() => ops.reshape(hierarchical.answer.normed as Tensor, [-1]));
    expect(await numbersOf(() => ops.reshape(wanted, [-1]))).toEqual(want);
    for (const mean of await numbersOf(() => ops.reshape(ops.mean(through!.spatial, -1), [-1])))
      expect(mean).toBeCloseTo(0, 5);
  });

  it('lets the gradient of its own loss reach the earlier map, in both views', async () => {
    for (const [view, removeMean] of [
      ['spatial', false],
      ['detail', true],
    ] as const) {
      const loss = (x: Tensor) => {
        const { through, wanted } = run(x);
        return distance(ops, through![view] as Tensor, wanted, removeMean);
      };
      expect(await slopeOf(loss)).toBeGreaterThan(1e-5);
    }
  });

  it('asks the last projector, and that question carries gradient too', async () => {
    const loss = (x: Tensor) => {
      const { last, wanted } = run(x);
      return distance(ops, last.spatial.tokens, wanted, false);
    };
    expect(await slopeOf(loss)).toBeGreaterThan(1e-6);
  });

  it.each([
    ['cnn', { width: 4, blocks: 3 }],
    ['cnn', { width: 4, blocks: 1 }],
    ['resnet', { width: 4 }],
    ['vit', { width: 8, depth: 2, heads: '2' }],
    ['mlp', { width: 8, layers: 2 }],
    ['conv-kan', { width: 2, layers: 2 }],
  ])('is lent by a teacher of another kind: %s %o', async (id, params) => {
    const other = teacherOf(id, params);
    const made = extrasFor(from, other.shapes);
    expect(made.extras.through).toBeDefined();
    const step = { extras: made.extras, student: from, teacher: other.answer, labels };
    for (const value of Object.values(await termsOf(method, step))) expect(value).toSatisfy(Number.isFinite);
    const moved = (await gradientsOf(method, step))['0/stage1']!;
    expect(moved.every(Number.isFinite)).toBe(true);
    expect(moved.some((g) => g !== 0)).toBe(true);
  });

  it('is left out where the teacher has one layer only', async () => {
    const other = teacherOf('mlp', { width: 8, layers: 1 });
    const made = extrasFor(from, other.shapes);
    expect(made.extras.through).toBeUndefined();
    expect(made.build.weights.has('last/spatial/queries')).toBe(true);
    const step = { extras: made.extras, student: from, teacher: other.answer, labels };
    expect((await gradientsOf(method, step))['0/stage1']!.every((g) => g === 0)).toBe(true);
    expect((await termsOf(method, step))['spatial']).toBeGreaterThan(0);
  });
});

describe('ablations', () => {
  const groups = (params: AnyValues) => {
    const { build } = extrasFor(student(), hierarchical.shapes, params);
    return [...new Set([...build.weights.keys()].map((name) => name.split('/').slice(0, 2).join('/')))];
  };

  it('build the projectors they need, and no others', () => {
    const all = ['last/spatial', 'last/detail', 'through/spatial', 'through/detail'];
    expect(groups({}).sort()).toEqual([...all].sort());
    expect(groups({ detail: false }).sort()).toEqual(['last/spatial', 'through/spatial']);
    expect(groups({ through: false }).sort()).toEqual(['last/detail', 'last/spatial']);
    expect(groups({ projector: 'conv' }).sort()).toEqual([...all].sort());
    const { build } = extrasFor(student(), hierarchical.shapes);
    expect(build.weights.has('through/spatial/queries')).toBe(true);
    // Asked by what came through the teacher, so without a table of its own.
    expect(build.weights.has('last/spatial/queries')).toBe(false);
  });

  it('weights 0 leave the labels alone, in value and in gradient', async () => {
    const silent = parts({ alpha: 0, a0: 0, a1: 0 });
    const ce = await numberOf(() => ops.crossEntropy(silent.student.logits, ops.oneHot(labels, CLASSES)));
    expect(await termsOf(method, silent)).toEqual({ ce, kd: 0, spatial: 0, detail: 0 });
    const found = await gradientsOf(method, silent);
    const plain = gradient(
      (x) => ops.crossEntropy(x as typeof silent.student.logits, ops.oneHot(labels, CLASSES)),
      silent.student.logits,
    );
    expect(found['0/logits']).toEqual([...(await plain.data())]);
    for (const tap of ['0/stage1', '0/stage2']) expect(found[tap]!.every((g) => g === 0)).toBe(true);
  });

  it('the automatic weight makes up for the size of the map', async () => {
    const [auto, released] = await Promise.all(
      [true, false].map((on) => termsOf(method, parts({ auto: on }))),
    );
    for (const term of ['spatial', 'detail']) expect(auto![term]! / released![term]!).toBeCloseTo(49 / 4, 3);
  });

  it('without the second view its term is 0 and the first stays', async () => {
    const terms = await termsOf(method, parts({ detail: false }));
    expect(terms['detail']).toBe(0);
    expect(terms['spatial']).toBeGreaterThan(0);
  });

  it('alpha shares between labels and teacher', async () => {
    const [half, none] = await Promise.all([0.5, 0].map((alpha) => termsOf(method, parts({ alpha }))));
    expect(half!['ce']).toBeCloseTo(none!['ce']! / 2, 6);
    expect(half!['kd']).toBeGreaterThan(0);
    expect(none!['kd']).toBe(0);
  });
});

describe('shapes that do not fit', () => {
  it('heads are fewer where the width does not divide', () => {
    expect([headsOf(16, 4), headsOf(9, 4), headsOf(7, 4), headsOf(2, 16)]).toEqual([4, 3, 1, 2]);
  });

  it('large maps are read and written on 16 cells a side', async () => {
    const from = net({
      logits: matrix(1, CLASSES, 1),
      taps: { stage1: normal([1, 20, 20, 2], 2), stage2: normal([1, 18, 5, 2], 3) },
    });
    const taps = { stage1: [24, 24, 2], stage2: [20, 20, 2] };
    const made = extrasFor(from, { embedding: 2, taps, lastStage: true }, { heads: 1 });
    expect(made.build.weights.get('through/spatial/positions')!.shape).toEqual([16, 16, 2]);
    expect(made.build.weights.get('last/spatial/positions')!.shape).toEqual([16, 5, 2]);
    const end = (map: Tensor) => {
      expect(map.shape).toEqual([1, 24, 24, 2]);
      const tap = ops.poolTo(map as Tensor4D, 20, 20);
      const embedding = ops.globalAveragePool(tap);
      return { tap, normed: tap, embedding, logits: embedding };
    };
    const teacher = {
      ...net({
        logits: matrix(1, CLASSES, 4),
        taps: { stage1: normal([1, 24, 24, 2], 5), stage2: normal([1, 20, 20, 2], 6) },
      }),
      lastStage: end,
    };
    const step = { extras: made.extras, student: from, teacher, labels: labelsOf(1, CLASSES) };
    const { spatial } = await termsOf(method, step);
    expect(spatial).toBeGreaterThan(0);
    expect(spatial).toBeLessThan(2 * 0.08 * 49 * 4);
  });

  it('tokens and vectors serve as maps', async () => {
    for (const taps of [
      { stage1: normal([ROWS, 6, 4], 2), stage2: normal([ROWS, 9, 4], 3) },
      { stage1: normal([ROWS, 1, 1, 6], 2) },
    ] as Record<string, Tensor>[]) {
      const from = net({ logits: matrix(ROWS, CLASSES, 1), taps });
      const terms = await termsOf(method, parts({}, from));
      expect(Object.values(terms).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('pictures', () => {
  it('show shares that add up, cosines and the energy of the mean', async () => {
    const shown = method.probe!(makeStep(method, parts()));
    expect(Object.fromEntries(Object.entries(shown).map(([key, x]) => [key, x.shape]))).toEqual({
      middle: [2, 2],
      reads: [4, 4],
      cosine: [2],
      places: [2, 4],
      energy: [16],
    });
    for (const sum of await numbersOf(() => ops.sum(shown['reads']!, -1))) expect(sum).toBeCloseTo(1, 5);
    for (const cosine of await numbersOf(() => ops.mul(shown['cosine']!, 1)))
      expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
    const energy = await numbersOf(() => ops.mul(shown['energy']!, 1));
    expect(Math.min(...energy)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...energy)).toBeLessThanOrEqual(1);
  });

  it('leave attention out where nothing attends', () => {
    const shown = method.probe!(makeStep(method, parts({ projector: 'conv' })));
    expect(Object.keys(shown).sort()).toEqual(['cosine', 'energy', 'places']);
  });
});

describe('edges', () => {
  const nets = (scale: number) => (given: { rows: number; student: NetOutput; teacher: NetOutput }) => {
    const { answer, shapes } = teacherOf('hvit', { width: 8, blocks: 1, heads: '2' }, given.rows);
    const from = { ...student(given.rows, scale), logits: given.student.logits };
    const { extras } = extrasFor(from, shapes);
    return { extras, student: from, teacher: { ...answer, logits: given.teacher.logits } };
  };
  staysFinite(method, nets(1));
  describe('features of zero', () => staysFinite(method, nets(0)));
  describe('features of 1e4', () => staysFinite(method, nets(1e4)));
});
