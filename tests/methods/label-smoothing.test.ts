import { expect, it } from 'vitest';
import { net, ops } from '../../src/golden/kit';
import smoothing from '../../src/methods/label-smoothing';
import labelsOnly from '../../src/methods/labels-only';
import { golden, gradientsOf, labelsOf, matrix, numberOf, numbersOf, termsOf } from './support';

golden('label-smoothing');

const student = net({ logits: matrix(6, 5, 1, 2) });
const labels = labelsOf(6, 5);

it('is labels-only at smoothing 0, to the last bit', async () => {
  const parts = { params: { epsilon: 0 }, student, labels };
  expect(await termsOf(smoothing, parts)).toEqual(await termsOf(labelsOnly, { student, labels }));
  expect(await gradientsOf(smoothing, parts)).toEqual(await gradientsOf(labelsOnly, { student, labels }));
});

it('is least where the student gives the smoothed labels, with the entropy of those as its value', async () => {
  const epsilon = 0.2;
  const target = ops.add(ops.mul(ops.oneHot(labels, 5), 1 - epsilon), epsilon / 5);
  const best = net({ logits: ops.log(target) as typeof student.logits });
  const entropy = await numberOf(() => ops.neg(ops.mean(ops.sum(ops.mul(target, ops.log(target)), -1))));
  const terms = await termsOf(smoothing, { params: { epsilon }, student: best, labels });
  expect(terms['ce']).toBeCloseTo(entropy, 5);
  const slope = (await gradientsOf(smoothing, { params: { epsilon }, student: best, labels }))['0/logits']!;
  expect(Math.max(...slope.map(Math.abs))).toBeLessThan(1e-6);
});

it('labels-only is the cross-entropy of the task', async () => {
  const [ce] = await numbersOf(() => ops.crossEntropy(student.logits, ops.oneHot(labels, 5)));
  expect((await termsOf(labelsOnly, { student, labels }))['ce']).toBe(ce);
});
