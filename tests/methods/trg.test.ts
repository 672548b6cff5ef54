import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor2D, Tensor4D } from '../../src/engine/types';
import { fixedRandom, makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/trg';
import { coldness, globalLoss, neighbours, pick, places } from '../../src/methods/trg/graph';
import { deepest } from '../../src/methods/trg/tokens';
import { staysFinite } from './extremes';
import { golden, gradientsOf, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('trg');

const classes = 4;
const labels = labelsOf(3, classes);
const student = net({
  logits: matrix(3, classes, 1),
  taps: { stem: normal([3, 8, 8, 4], 2), stage1: normal([3, 4, 4, 6], 3) },
});
const teacher = net({
  logits: matrix(3, classes, 4),
  taps: { stem: normal([3, 8, 8, 5], 5), stage1: normal([3, 16, 7], 6), stage2: normal([3, 2, 2, 9], 7) },
});

function extrasFor(from: typeof student, to: typeof teacher, params = {}) {
  const shapes = (x: typeof student) => ({
    embedding: 2,
    taps: Object.fromEntries(Object.entries(x.taps).map(([name, tap]) => [name, tap.shape.slice(1)])),
  });
  const build = new NetworkBuild(1, 'extras');
  const given = { classes, samples: 9, image: [8, 8, 1], student: shapes(from), teacher: shapes(to) };
  const extras = method.extras!(build, { ...given, params: { ...makeStep(method, {}).params, ...params } });
  return { extras, build };
}

describe('tokens', () => {
  it('come from the deepest layer with 16 cells, else from the last', () => {
    const taps = { a: [8, 8, 1], b: [16, 4], c: [3, 5, 6], d: [1, 1, 9] };
    expect(deepest(taps, (x) => x)).toBe(taps.b);
    expect(deepest({ c: taps.c, d: taps.d }, (x) => x)).toBe(taps.d);
  });

  it('are picked at the same places in both nets, without repeats', async () => {
    const cells = ops.tile(ops.reshape(ops.range(0, 16, 1), [1, 16, 1]), [3, 1, 1]);
    const image = ops.tile(ops.reshape(ops.range(0, 3, 1), [3, 1, 1]), [1, 16, 1]);
    const all = ops.concat([cells, image], 2);
    const at = places(ops, fixedRandom(4), all, 5);
    const [a, b] = pick(ops, at, [all, ops.mul(all, 2)]);
    const rows = await a!.array();
    expect(rows.map((row) => row[1])).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect(new Set(rows.slice(0, 5).map((row) => row[0])).size).toBe(5);
    expect(await b!.array()).toEqual(rows.map((row) => row.map((x) => 2 * x)));
  });

  it('never fill more than 512 rows', () => {
    const all = ops.zeros([200, 16, 1]);
    expect(places(ops, fixedRandom(), all, 16).shape).toEqual([200, 2]);
  });
});

describe('the graph', () => {
  it('gives every token k neighbours, itself not among them', async () => {
    const { mask } = neighbours(ops, matrix(9, 3, 8), 4);
    const rows = (await (mask as Tensor2D).array()) as number[][];
    for (let j = 0; j < 9; j++) {
      expect(rows.reduce((sum, row) => sum + row[j]!, 0)).toBe(4);
      expect(rows[j]![j]).toBe(0);
    }
  });

  it('permuting one side alone makes matching harder', async () => {
    const tokens = matrix(10, 6, 3);
    const order = ops.tensor1d([3, 1, 0, 5, 2, 9, 4, 8, 7, 6], 'int32');
    const loss = (rows: Tensor2D) => numberOf(() => globalLoss(ops, rows, tokens, ops.scalar(0.1)));
    expect(await loss(ops.gather(tokens, order))).toBeGreaterThan((await loss(tokens)) + 0.5);
  });
});

describe('limits', () => {
  const { extras } = extrasFor(student, teacher);

  it('all three weights 0 leave labels and distillation', async () => {
    const params = { inner: 0, local: 0, global: 0 };
    const parts = { params, extras, student, teacher, labels };
    const terms = await termsOf(method, parts);
    const [ce, kd] = await numbersOf(() =>
      ops.stack([
        ops.crossEntropy(student.logits, ops.oneHot(labels, classes)),
        ops.distillation(student.logits, teacher.logits, 4),
      ]),
    );
    expect(terms).toEqual({ ce, kd, inner: 0, local: 0, global: 0 });
    const gradients = await gradientsOf(method, parts);
    for (const tap of ['0/stem', '0/stage1']) expect(gradients[tap]!.every((g) => g === 0)).toBe(true);
  });

  it.each(['inner', 'local', 'global'])('%s moves the layer it reads, and no other', async (term) => {
    const params = { inner: 0, local: 0, global: 0, [term]: 1 };
    const gradients = await gradientsOf(method, { params, extras, student, teacher, labels });
    expect(gradients['0/stem']!.every((g) => g === 0)).toBe(true);
    expect(gradients['0/stage1']!.some((g) => Math.abs(g) > 1e-8)).toBe(true);
  });

  it.each([1, 2, 3])('patches of %i cells fit the projector', async (patch) => {
    const made = extrasFor(student, teacher, { patch });
    expect(made.build.parameters).toBe(6 * 7 * patch ** 4);
    const parts = { params: { patch }, extras: made.extras, student, teacher, labels };
    for (const value of Object.values(await termsOf(method, parts))) expect(value).toSatisfy(Number.isFinite);
  });

  it('nets without maps have one token per image', async () => {
    const flat = net({ logits: student.logits, taps: { stage1: normal([3, 1, 1, 6], 3) } });
    const made = extrasFor(flat, teacher);
    const terms = await termsOf(method, { extras: made.extras, student: flat, teacher, labels });
    expect(terms['inner']).toBe(0);
    expect(terms['global']).toBeGreaterThan(0);
  });

  it('falls geometrically from the first to the last epoch and stays there', async () => {
    const at = (epoch: number, epochs: number) =>
      numberOf(() => coldness(ops, ops.scalar(epoch), epochs, 1, 0.1));
    expect(await at(0, 5)).toBeCloseTo(1, 6);
    expect(await at(2, 5)).toBeCloseTo(Math.sqrt(0.1), 6);
    expect(await at(4, 5)).toBeCloseTo(0.1, 6);
    expect(await at(9, 5)).toBeCloseTo(0.1, 6);
    expect(await at(0, 1)).toBeCloseTo(1, 6);
  });

  it('answers without its projector', () => {
    expect(method.predict).toBeUndefined();
  });

  it('its pictures show equal graphs for equal nets', async () => {
    const step = makeStep(method, { extras, student, teacher: student, labels });
    const shown = method.probe!(step);
    expect(await numbersOf(() => ops.mul(shown['recall']!, 1))).toEqual([1]);
    expect(shown['student']!.shape).toEqual([12, 12]);
  });

  it('its boxes stand where the tokens are, and its links are those of the graphs', async () => {
    const images = normal([3, 8, 8, 1], 3) as Tensor4D;
    const step = makeStep(method, { params: { tokens: 16 }, extras, images, student, teacher, labels });
    const shown = method.probe!(step);
    expect(shown['images']!.shape).toEqual([3, 8, 8, 1]);
    const boxes = (await (shown['tokens'] as Tensor2D).array()) as number[][];
    const quarters = [0, 0.25, 0.5, 0.75];
    const all = [0, 1, 2].flatMap((image) =>
      quarters.flatMap((y) => quarters.map((x) => [image, y, x, 0.25, 0.25])),
    );
    expect(boxes.map(String).sort()).toEqual(all.map(String).sort());
    const [teachers, own] = ops.unstack(shown['graphs']!) as [Tensor2D, Tensor2D];
    expect(await own.array()).toEqual(await (shown['student'] as Tensor2D).array());
    expect(await teachers.array()).toEqual(await (shown['teacher'] as Tensor2D).array());
  });
});

describe('edges', () => {
  const tap = (rows: number, scale: number) => ({ stage1: normal([rows, 4, 4, 3], 5, scale) });
  const made = extrasFor(net({ taps: tap(1, 1) }), net({ taps: tap(1, 1) }));
  const nets =
    (scale: number) => (given: { rows: number; student: typeof student; teacher: typeof student }) => ({
      extras: made.extras,
      student: net({ logits: given.student.logits, taps: tap(given.rows, scale) }),
      teacher: net({ logits: given.teacher.logits, taps: tap(given.rows, 1) }),
    });
  staysFinite(method, nets(1));
  describe('features of zero', () => staysFinite(method, nets(0)));
  describe('features of 1e4', () => staysFinite(method, nets(1e4)));
});
