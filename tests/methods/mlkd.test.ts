import { expect, it } from 'vitest';
import { net, ops } from '../../src/golden/kit';
import labelsOnly from '../../src/methods/labels-only';
import mlkd from '../../src/methods/mlkd';
import { golden, gradientsOf, labelsOf, matrix, termsOf } from './support';

golden('mlkd', ['mlkd-as-executed']);

const student = net({ logits: matrix(6, 5, 1) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const labels = labelsOf(6, 5);

it('has nothing to learn from itself', async () => {
  const terms = await termsOf(mlkd, { student, teacher: student, labels });
  for (const key of ['instance', 'batch', 'class']) expect(Math.abs(terms[key]!)).toBeLessThan(1e-5);
});

it('between classes and images: exchanging images alike on both sides changes nothing, on one side it does', async () => {
  const order = ops.tensor1d([3, 0, 5, 1, 4, 2], 'int32');
  const mixed = (output: typeof student) => net({ logits: ops.gather(output.logits, order) });
  const before = await termsOf(mlkd, { student, teacher, labels });
  const both = await termsOf(mlkd, { student: mixed(student), teacher: mixed(teacher), labels });
  const one = await termsOf(mlkd, { student: mixed(student), teacher, labels });
  for (const key of ['instance', 'batch', 'class']) expect(both[key]).toBeCloseTo(before[key]!, 5);
  // Sums over images do not know which image is which.
  expect(one['class']).toBeCloseTo(before['class']!, 5);
  expect(Math.abs(one['batch']! - before['batch']!)).toBeGreaterThan(1e-3);
});

it('is labels-only at weights 1 and 0, to the last bit', async () => {
  const parts = { params: { ceWeight: 1, weight: 0 }, student, teacher, labels };
  expect((await termsOf(mlkd, parts))['ce']).toBe((await termsOf(labelsOnly, { student, labels }))['ce']);
  expect((await gradientsOf(mlkd, parts))['0/logits']).toEqual(
    (await gradientsOf(labelsOnly, { student, labels }))['0/logits'],
  );
});
