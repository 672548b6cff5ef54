import { describe, expect, it } from 'vitest';
import type { Tensor1D } from '../../src/engine/types';
import { net, ops } from '../../src/golden/kit';
import bornAgain, { confidenceWeights, permuteOthers } from '../../src/methods/born-again';
import labelsOnly from '../../src/methods/labels-only';
import { golden, gradientsOf, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('born-again');

const student = net({ logits: matrix(6, 5, 1) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const labels = labelsOf(6, 5);

describe.each(Object.keys(bornAgain.params.form.options))('%s', (form) => {
  it('is labels-only at weight 0, to the last bit', async () => {
    const parts = { params: { form, weight: 0 }, student, teacher, labels };
    expect((await termsOf(bornAgain, parts))['ce']).toBe(
      (await termsOf(labelsOnly, { student, labels }))['ce'],
    );
    expect((await gradientsOf(bornAgain, parts))['0/logits']).toEqual(
      (await gradientsOf(labelsOnly, { student, labels }))['0/logits'],
    );
  });
});

it('has nothing to learn from itself', async () => {
  expect(Math.abs((await termsOf(bornAgain, { student, teacher: student, labels }))['former']!)).toBeLessThan(
    1e-5,
  );
});

it('weighs all images alike when the former self is equally sure of each', async () => {
  const even = net({ logits: ops.mul(ops.oneHot(labels, 5), 2) as typeof student.logits });
  for (const weight of await numbersOf(() => confidenceWeights(ops, even.logits)))
    expect(weight).toBeCloseTo(1 / 6, 6);
  const terms = await termsOf(bornAgain, { params: { form: 'confidence' }, student, teacher: even, labels });
  expect(terms['former']).toBeCloseTo(terms['ce']!, 5);
});

describe('shuffled wrong classes', () => {
  const shuffled = (order: number[]) =>
    numbersOf(() => permuteOthers(ops, teacher.logits, ops.tensor1d(order, 'int32') as Tensor1D));

  it('are left alone by the identity', async () => {
    expect(await shuffled([0, 1, 2, 3])).toEqual(await numbersOf(() => ops.softmax(teacher.logits)));
  });

  it('keep the largest probability in its place and every row the same set of numbers', async () => {
    const before = await numbersOf(() => ops.softmax(teacher.logits));
    const after = await shuffled([2, 3, 1, 0]);
    expect(after).not.toEqual(before);
    for (let row = 0; row < 6; row++) {
      const [a, b] = [before.slice(5 * row, 5 * row + 5), after.slice(5 * row, 5 * row + 5)];
      expect([...b].sort()).toEqual([...a].sort());
      expect(b.indexOf(Math.max(...b))).toBe(a.indexOf(Math.max(...a)));
    }
  });

  it('leave two classes as they are', async () => {
    const two = matrix(4, 2, 5);
    const order = ops.tensor1d([0], 'int32') as Tensor1D;
    expect(await numbersOf(() => permuteOthers(ops, two, order))).toEqual(
      await numbersOf(() => ops.softmax(two)),
    );
  });
});
