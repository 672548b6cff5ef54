import { describe, expect, it } from 'vitest';
import { net, ops } from '../../src/golden/kit';
import method from '../../src/methods/data-pruning-kd';
import { weightFor } from '../../src/methods/data-pruning-kd/weight';
import { golden, gradientsOf, labelsOf, matrix, termsOf } from './support';

golden('data-pruning-kd');

const student = net({ logits: matrix(6, 5, 1) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const labels = labelsOf(6, 5);
const byHand = (alpha: number) => ({ rule: 'manual', alpha }) as const;

describe('limits', () => {
  it('is plain cross-entropy at weight 0, bit for bit', async () => {
    const terms = await termsOf(method, { params: byHand(0), student, teacher, labels });
    const ce = await ops.crossEntropy(student.logits, ops.oneHot(labels, 5)).data();
    expect(terms['ce']! + terms['kd']!).toBe(ce[0]);
    const at = (answers: typeof teacher) =>
      gradientsOf(method, { params: byHand(0), student, teacher: answers, labels });
    expect((await at(teacher))['0/logits']).toEqual((await at(student))['0/logits']);
  });

  it('ignores the labels at weight 1, bit for bit', async () => {
    const turned = ops.reverse(labels, 0) as typeof labels;
    const at = (y: typeof labels) => ({ params: byHand(1), student, teacher, labels: y });
    expect((await gradientsOf(method, at(turned)))['0/logits']).toEqual(
      (await gradientsOf(method, at(labels)))['0/logits'],
    );
    expect((await termsOf(method, at(turned)))['ce']).toBe(0);
  });

  it('takes its weight from the share that the regimes keep', async () => {
    const regime = { kept: 0.5, noisyTeacher: false };
    const auto = await termsOf(method, { params: { rule: 'auto' }, student, teacher, labels, regime });
    const manual = await termsOf(method, { params: byHand(0.9), student, teacher, labels });
    expect(auto).toEqual(manual);
  });
});

describe('the rule', () => {
  it.each([
    [0.02, false, 1],
    [0.1, false, 1],
    [0.3, false, 0.95],
    [0.5, false, 0.9],
    [0.75, false, 0.85],
    [1, false, 0.8],
    [0.3, true, 0.95],
    [1, true, 0.5],
  ])('at %f, wrong labels %s, the weight is %f', (kept, noisyTeacher, weight) => {
    expect(weightFor({ kept, noisyTeacher })).toBeCloseTo(weight, 12);
  });
});
