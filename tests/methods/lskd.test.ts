import { describe, expect, it } from 'vitest';
import { net, ops } from '../../src/golden/kit';
import labelsOnly from '../../src/methods/labels-only';
import lskd from '../../src/methods/lskd';
import { golden, gradientsOf, labelsOf, matrix, termsOf } from './support';

golden('lskd');

const student = net({ logits: matrix(6, 5, 1) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const labels = labelsOf(6, 5);

describe.each(['kd', 'dkd'])('on %s', (base) => {
  it('does not see scale and shift of either side', async () => {
    const affine = (x: typeof student.logits, a: number, b: number) =>
      net({ logits: ops.add(ops.mul(x, a), b) as typeof x });
    const before = (await termsOf(lskd, { params: { base }, student, teacher, labels }))['kd']!;
    const changed = { student: affine(student.logits, 3, -2), teacher: affine(teacher.logits, 0.2, 7) };
    expect(before).toBeGreaterThan(0.05);
    expect((await termsOf(lskd, { params: { base }, ...changed, labels }))['kd']).toBeCloseTo(before, 4);
  });

  it('has nothing to learn from itself', async () => {
    const terms = await termsOf(lskd, { params: { base }, student, teacher: student, labels });
    expect(Math.abs(terms['kd']!)).toBeLessThan(1e-5);
  });

  it('is labels-only at weights 1 and 0, to the last bit', async () => {
    const parts = { params: { base, ceWeight: 1, weight: 0 }, student, teacher, labels };
    expect((await termsOf(lskd, parts))['ce']).toBe((await termsOf(labelsOnly, { student, labels }))['ce']);
    expect((await gradientsOf(lskd, parts))['0/logits']).toEqual(
      (await gradientsOf(labelsOnly, { student, labels }))['0/logits'],
    );
  });
});

it('pulls on a student whose logits are all alike, without infinities', async () => {
  const flat = net({ logits: ops.zeros([6, 5]) as typeof student.logits });
  const slope = (await gradientsOf(lskd, { params: { ceWeight: 0 }, student: flat, teacher, labels }))[
    '0/logits'
  ]!;
  expect(slope.every(Number.isFinite)).toBe(true);
});
