import { describe, expect, it } from 'vitest';
import { softmax } from '../../src/core/logits';
import type { AnyValues } from '../../src/core/params';
import { defaults } from '../../src/core/params';
import type { Tensor4D } from '../../src/engine/types';
import { makeStep, net, ops } from '../../src/golden/kit';
import bdKd from '../../src/methods/bd-kd';
import { scoreCounts } from '../../src/methods/crd/pictures';
import dkd from '../../src/methods/dkd';
import kd from '../../src/methods/kd';
import kdcl from '../../src/methods/kdcl';
import { firstImages } from '../../src/methods/kit';
import lskd from '../../src/methods/lskd';
import { lengthsAndCosines } from '../../src/methods/nd-loss/pictures';
import { labelsOf, matrix, normal, numbersOf, termsOf } from './support';

const [rows, classes] = [8, 4];
const student = net({ logits: matrix(rows, classes, 1) });
const teacher = net({ logits: matrix(rows, classes, 2, 3) });
const labels = labelsOf(rows, classes);

describe('pictures of answers', () => {
  const step = () => makeStep(kd, { params: defaults(kd.params), student, teacher, labels });

  it('kd: the mean soft target of each class', async () => {
    const { temperature } = defaults(kd.params);
    const shown = await numbersOf(() => kd.probe!(step())['soft']!);
    const z = await numbersOf(() => teacher.logits.clone());
    const p = softmax(
      Float64Array.from(z, (v) => v / temperature),
      classes,
    );
    const own = [...(await numbersOf(() => labels.clone()))].map((label, row) => ({ label, row }));
    for (let k = 0; k < classes; k++) {
      const members = own.filter(({ label }) => label === k);
      for (let c = 0; c < classes; c++) {
        const mean = members.reduce((sum, { row }) => sum + p[row * classes + c]!, 0) / members.length;
        expect(shown[k * classes + c]).toBeCloseTo(mean, 5);
      }
    }
  });

  it('kd: the true class in the eyes of teacher and student', async () => {
    const shown = await numbersOf(() => kd.probe!(step())['certainty']!);
    const truth = await numbersOf(() => labels.clone());
    const z = softmax(Float64Array.from(await numbersOf(() => student.logits.clone())), classes);
    const t = softmax(Float64Array.from(await numbersOf(() => teacher.logits.clone())), classes);
    truth.forEach((label, row) => {
      expect(shown[2 * row]).toBeCloseTo(t[row * classes + label]!, 5);
      expect(shown[2 * row + 1]).toBeCloseTo(z[row * classes + label]!, 5);
    });
  });

  it('kd: how the teacher’s softened probabilities are spread', async () => {
    const shares = await numbersOf(() => kd.probe!(step())['spread']!);
    const p = await numbersOf(() => ops.softmax(teacher.logits, defaults(kd.params).temperature));
    shares.forEach((share, bin) => {
      const inside = p.filter((x) => Math.min(9, Math.floor(10 * x)) === bin);
      expect(share).toBeCloseTo(inside.length / p.length, 6);
    });
  });

  it('lskd: mean and spread of the logits before and after', async () => {
    const shown = lskd.probe!(makeStep(lskd, { student, teacher, labels }));
    const table = await numbersOf(() => shown['scale']!);
    for (const [row, { logits }] of [student, teacher].entries()) {
      const mean = (await numbersOf(() => ops.mean(logits)))[0];
      expect(table[4 * row]).toBeCloseTo(mean!, 5);
      expect(table[4 * row + 2]).toBeCloseTo(0, 5);
      expect(table[4 * row + 3]).toBeCloseTo(1, 5);
      expect(table[4 * row + 1]).toBeGreaterThan(0.3);
    }
  });

  it('crd: scores of an image with itself, and with others', async () => {
    const scores = ops.tensor2d([
      [1, -1, 0.03],
      [-1, 1, 0.03],
      [0.03, 0.03, 0.5],
    ]);
    const counts = await numbersOf(() => scoreCounts(ops, scores));
    const [same, others] = [counts.slice(1, 25), counts.slice(26)];
    expect([same[23], same[18]].map((x) => Math.round(1e4 * x!) / 1e4)).toEqual([0.6667, 0.3333]);
    expect([others[0], others[12]].map((x) => Math.round(1e4 * x!) / 1e4)).toEqual([0.3333, 0.6667]);
    for (const row of [same, others]) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it('bd-kd: the images with the largest entropy gaps, and all gaps', async () => {
    const images = ops.reshape(ops.range(0, rows, 1), [rows, 1, 1, 1]) as Tensor4D;
    const shown = bdKd.probe!(makeStep(bdKd, { student, teacher, labels, images }));
    const entropy = (z: typeof student.logits) => numbersOf(() => ops.entropyRows(ops.logSoftmax(z, 3)));
    const [s, t] = [await entropy(student.logits), await entropy(teacher.logits)];
    const gaps = s.map((x, i) => Math.abs(t[i]! - x));
    const order = await numbersOf(() => ops.reshape(shown['images']!, [-1]));
    expect(order[0]).toBe(gaps.indexOf(Math.max(...gaps)));
    for (const [i, row] of order.entries())
      if (i) expect(gaps[row]).toBeLessThanOrEqual(gaps[order[i - 1]!]!);
    const shares = await numbersOf(() => shown['gaps']!);
    expect(shares.slice(1).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    // Left of the middle the student is the vaguer one.
    const vaguer = s.filter((x, i) => t[i]! < x).length / rows;
    expect(shares.slice(1, 13).reduce((a, b) => a + b)).toBeCloseTo(vaguer, 5);
  });

  it('dkd: the two parts without their weights', async () => {
    const params: AnyValues = { ...defaults(dkd.params), alpha: 2, beta: 3, warmup: 0 };
    const terms = await termsOf(dkd, { params, student, teacher, labels });
    const shown = await numbersOf(
      () => dkd.probe!(makeStep(dkd, { params: params as never, student, teacher, labels }))['parts']!,
    );
    expect(shown[0]).toBeCloseTo(terms['target']! / 2, 5);
    expect(shown[1]).toBeCloseTo(terms['rest']! / 3, 5);
  });

  it('kdcl: the joint answer of the best mixture is no worse than the peers', async () => {
    const params = { ...defaults(kdcl.params), rule: 'linear' } as const;
    const other = net({ logits: ops.mul(matrix(rows, classes, 5), 2) as typeof student.logits });
    const made = () => makeStep(kdcl, { params, student, students: [student, other], labels });
    const [peers, joint] = await numbersOf(() => kdcl.probe!(made())['joint']!);
    expect(joint).toBeLessThan(peers!);
  });
});

describe('pictures of images', () => {
  it('are the first of the batch, each with its number', async () => {
    const images = normal([11, 4, 4, 1], 6) as Tensor4D;
    const shown = firstImages(ops, images, ops.range(0, 11, 1));
    expect(shown.images.shape).toEqual([8, 4, 4, 1]);
    expect(await numbersOf(() => shown.numbers)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(firstImages(ops, images, ops.ones([11, 1])).numbers.shape).toEqual([8]);
  });
});

describe('pictures of features', () => {
  it('nd-loss: length over the teacher’s, cosine to the class mean, and how they are on average', async () => {
    const way = ops.tensor2d([1, 0, 0, 1], [2, 2]);
    const [s, t] = [ops.tensor2d([3, 0, 0, -1], [2, 2]), ops.tensor2d([2, 0, 3, 4], [2, 2])];
    const shown = () => lengthsAndCosines(ops, { student: s, teacher: t, way });
    const points = await numbersOf(() => shown().features);
    const expected = [1.5, 1, 0, 0.2, -1, 0, 1, 1, 1, 1, 0.8, 1];
    points.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    const [shorter, cosine] = await numbersOf(() => shown().regime);
    expect([shorter, cosine]).toEqual([0.5, expect.closeTo(0, 5)]);
  });
});
