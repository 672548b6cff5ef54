import { describe, expect, it } from 'vitest';
import { gradients, read, tidy } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { Scalar, Tensor, Tensor2D, Tensor4D } from '../../src/engine/types';
import { fixedRandom, makePass, makeStep, net, ops } from '../../src/golden/kit';
import method from '../../src/methods/mdcs';
import { countsOf, readCounts } from '../../src/methods/mdcs/counts';
import { cosineLogits, EXPERTS, forward, grow, together } from '../../src/methods/mdcs/experts';
import { expertTerms, rampOf, shifted } from '../../src/methods/mdcs/losses';
import { golden, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('mdcs');

const [rows, classes] = [4, 3];
const labels = labelsOf(rows, classes);
const truth = ops.oneHot(labels, classes);
const both = ops.concat([truth, truth]) as Tensor2D;
const shapes = { embedding: 6, taps: { stem: [8, 8, 3], stage1: [8, 8, 3], stage2: [4, 4, 6] } };
const extras = grow(new NetworkBuild(1, 'extras'), { student: shapes, classes });
const student = net({
  logits: matrix(2 * rows, classes, 1),
  embedding: matrix(2 * rows, 6, 2),
  taps: Object.fromEntries(
    Object.entries(shapes.taps).map(([key, shape], i) => [key, normal([2 * rows, ...shape], 3 + i)]),
  ),
});
/** Rows of which the first half says `classes` surely. */
const sure = (right: readonly boolean[], seed: number): Tensor2D => {
  const rowsOf = right.map((is, i) => ops.mul(ops.slice(truth, [i, 0], [1, -1]), is ? 9 : -9));
  return ops.concat([ops.concat(rowsOf), matrix(rows, classes, seed)]) as Tensor2D;
};
const step = (lengths: readonly number[], params = {}) => {
  const all = Int32Array.from(lengths.flatMap((n, label) => new Array<number>(n).fill(label)));
  const memory = countsOf(makePass(all, classes));
  return { params, extras, memory, student, labels: ops.concat([labels, labels]), targets: both, classes };
};

describe('diversity', () => {
  it('is plain cross-entropy where all classes are equally common, whatever the tilt', async () => {
    const z = matrix(2 * rows, classes, 5);
    const logs = ops.log(ops.fill([1, classes], 50));
    for (const lambda of [-0.5, 1, 2.5]) {
      const { diversity } = expertTerms(ops, shifted(ops, z, logs, lambda), both, 1);
      expect(await numberOf(() => ops.mul(diversity, 1))).toBeCloseTo(
        await numberOf(() => ops.crossEntropy(z, both)),
        5,
      );
    }
  });

  it('pays common classes less the larger the tilt', async () => {
    const z = ops.zeros([2 * rows, classes]) as Tensor2D;
    const logs = ops.log(ops.tensor2d([100, 10, 1], [1, 3]));
    const answer = async (lambda: number) => numbersOf(() => ops.softmax(shifted(ops, z, logs, lambda)));
    // What the loss already grants a class need not be learnt by the logits.
    expect((await answer(1))[0]).toBeCloseTo(100 / 111, 5);
    expect((await answer(-0.5))[0]).toBeLessThan((await answer(-0.5))[2]!);
  });
});

describe('agreement', () => {
  it('counts images whose gentle view is right, and nothing where none is', async () => {
    const terms = async (right: boolean[]) => {
      const { consistency, kept } = expertTerms(ops, sure(right, 7), both, 1);
      return [await numberOf(() => ops.mul(kept, 1)), await numberOf(() => ops.mul(consistency, 1))];
    };
    const [none, nothing] = await terms([false, false, false, false]);
    expect([none, nothing]).toEqual([0, 0]);
    expect((await terms([true, false, true, false]))[0]).toBe(2);
  });

  it('moves the strong views of images that are right, and nothing else', async () => {
    const right = [true, false, true, false];
    const loss = (a: Tensor): Scalar => expertTerms(ops, a as Tensor2D, both, 1).consistency;
    const [slope] = tidy(() =>
      gradients((a: Tensor) => ops.add(loss(a), ops.mul(0, ops.sum(a))), [sure(right, 7)]),
    );
    const values = [...(await read(slope as Tensor))];
    const moved = Array.from({ length: 2 * rows }, (_, i) =>
      values.slice(i * classes, (i + 1) * classes).some((g) => g !== 0),
    );
    expect(moved).toEqual([false, false, false, false, ...right]);
  });

  it('comes in little by little, and is 0 for views that agree', async () => {
    const at = (done: number) => numberOf(() => rampOf(ops, 0.6, ops.scalar(done), 0.1));
    expect(
      [await at(0), await at(0.05), await at(0.1), await at(1)].map((x) => Number(x.toFixed(6))),
    ).toEqual([0, 0.3, 0.6, 0.6]);
    expect(await numberOf(() => rampOf(ops, 0.6, ops.scalar(0), 0))).toBe(0);
    const same = ops.slice(sure([true, true, true, true], 1), [0, 0], [rows, -1]);
    const twice = ops.concat([same, same]) as Tensor2D;
    expect(await numberOf(() => expertTerms(ops, twice, both, 1).consistency)).toBeCloseTo(0, 6);
  });

  it('is out at weight 0, and the labels stay', async () => {
    const parts = step([9, 3, 1], { weight: 0 });
    const found = await termsOf(method, { ...parts, progress: ops.scalar(1) });
    expect(found['consistency']).toBe(0);
    expect(found['diversity']).toBeGreaterThan(0);
  });
});

describe('experts', () => {
  it('answer by the cosine, which no length of the features changes', async () => {
    const [f, w] = [matrix(4, 6, 2), matrix(6, classes, 3)];
    const one = await numbersOf(() => cosineLogits(ops, f, w, 16));
    const other = await numbersOf(() => cosineLogits(ops, ops.mul(f, 7), ops.mul(w, 3), 16));
    for (const [i, x] of one.entries()) expect(other[i]).toBeCloseTo(x, 4);
    expect(Math.max(...one.map(Math.abs))).toBeLessThanOrEqual(16.001);
    expect((await numbersOf(() => cosineLogits(ops, ops.zerosLike(f), w, 16))).every((x) => x === 0)).toBe(
      true,
    );
  });

  it('are predicted with together, unshifted', async () => {
    const { params } = makeStep(method, {});
    const logits = forward(ops, extras, student, params.scale);
    expect(logits).toHaveLength(EXPERTS);
    const shown = makeStep(method, { params, extras, student });
    const found = await numbersOf(() => method.predict!(shown).clone());
    const wanted = await numbersOf(() => together(ops, forward(ops, extras, student, params.scale)));
    expect(found).toEqual(wanted);
  });

  it('know how common the classes are', async () => {
    const memory = countsOf(makePass(Int32Array.of(2, 2, 2, 0), 4));
    const { logs, order } = readCounts(ops, memory);
    const found = await numbersOf(() => logs.clone());
    for (const [i, n] of [1, 1, 3, 1].entries()) expect(found[i]).toBeCloseTo(Math.log(n), 6);
    expect(await numbersOf(() => ops.cast(order, 'float32'))).toEqual([2, 0, 1, 3]);
  });

  it('see every image gently and strongly', async () => {
    const images = normal([rows, 8, 8, 1]) as Tensor4D;
    const tools = { ops, params: makeStep(method, {}).params, random: fixedRandom(), classes, phase: 'main' };
    const seen = method.input!({ images, labels, targets: truth }, tools);
    expect(seen.images.shape).toEqual([2 * rows, 8, 8, 1]);
    const first = ops.slice(seen.images, [0, 0, 0, 0], [rows, -1, -1, -1]);
    expect(await numbersOf(() => first.clone())).toEqual(await numbersOf(() => images.clone()));
    expect(await numbersOf(() => ops.cast(seen.labels, 'float32'))).toEqual(
      await numbersOf(() => ops.cast(ops.concat([labels, labels]), 'float32')),
    );
  });
});
