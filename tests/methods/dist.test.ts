import { expect, it } from 'vitest';
import { net, ops } from '../../src/golden/kit';
import dist, { correlations } from '../../src/methods/dist';
import labelsOnly from '../../src/methods/labels-only';
import { golden, gradientsOf, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('dist');

const student = net({ logits: matrix(6, 5, 1) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const labels = labelsOf(6, 5);

it('has nothing to learn from itself', async () => {
  const terms = await termsOf(dist, { params: { temperature: 1 }, student: teacher, teacher, labels });
  expect(Math.abs(terms['inter']!)).toBeLessThan(1e-5);
  expect(Math.abs(terms['intra']!)).toBeLessThan(1e-5);
});

it('correlates: 1 under a positive affine map, -1 under a negative one, 0 with a constant', async () => {
  const x = matrix(3, 5, 3);
  const rho = (a: number) => numbersOf(() => correlations(ops, x, ops.add(ops.mul(x, a), 2)));
  for (const value of await rho(0.3)) expect(value).toBeCloseTo(1, 5);
  for (const value of await rho(-4)) expect(value).toBeCloseTo(-1, 5);
  for (const value of await rho(0)) expect(Math.abs(value)).toBeLessThan(1e-3);
});

it('sees within an image only how classes relate: a positive affine map of its probabilities changes nothing', async () => {
  // (1 - a) p + a / K is such a map, and again a distribution.
  const mixed = ops.add(ops.mul(ops.softmax(student.logits), 0.3), 0.7 / 5);
  const changed = net({ logits: ops.log(mixed) as typeof student.logits });
  const at = (each: typeof student) =>
    termsOf(dist, { params: { temperature: 1 }, student: each, teacher, labels });
  expect((await at(changed))['inter']).toBeCloseTo((await at(student))['inter']!, 5);
});

it('is labels-only at weights 0, to the last bit', async () => {
  const parts = { params: { inter: 0, intra: 0 }, student, teacher, labels };
  expect((await termsOf(dist, parts))['ce']).toBe((await termsOf(labelsOnly, { student, labels }))['ce']);
  expect((await gradientsOf(dist, parts))['0/logits']).toEqual(
    (await gradientsOf(labelsOnly, { student, labels }))['0/logits'],
  );
});
