import { expect, it } from 'vitest';
import type { Tensor2D } from '../../src/engine/types';
import { net, ops } from '../../src/golden/kit';
import labelsOnly from '../../src/methods/labels-only';
import rkd from '../../src/methods/rkd';
import { golden, gradientsOf, labelsOf, matrix, termsOf } from './support';

golden('rkd');

const labels = labelsOf(6, 3);
const logits = matrix(6, 3);
const f = matrix(6, 4, 1);
const g = matrix(6, 7, 2);
const of = (student: Tensor2D, teacher: Tensor2D, params = {}) => ({
  params,
  student: net({ logits, embedding: student }),
  teacher: net({ logits, embedding: teacher }),
  labels,
});
const relations = async (student: Tensor2D, teacher: Tensor2D) => {
  const { distance, angle } = await termsOf(rkd, of(student, teacher));
  return [distance!, angle!];
};

/** A rotation in the plane of the first two of four axes. */
const rotation = ops.tensor2d([0.6, 0.8, 0, 0, -0.8, 0.6, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [4, 4]);

it('is 0 between equal features and positive between others', async () => {
  for (const value of await relations(f, f)) expect(Math.abs(value)).toBeLessThan(1e-5);
  for (const value of await relations(f, g)) expect(value).toBeGreaterThan(0.01);
});

it('sees neither rotation, scale nor shift, nor the order of rows', async () => {
  const before = await relations(f, g);
  const moved = ops.add(ops.mul(ops.matMul(f, rotation), 3), 2) as Tensor2D;
  const order = ops.tensor1d([3, 0, 5, 1, 4, 2], 'int32');
  const changed = [await relations(moved, g), await relations(ops.gather(f, order), ops.gather(g, order))];
  for (const after of changed) for (const i of [0, 1]) expect(after[i]).toBeCloseTo(before[i]!, 4);
});

it('compares no more rows than asked for', async () => {
  const six = await termsOf(rkd, of(f, g, { rows: 4 }));
  const four = {
    student: net({ logits: ops.slice(logits, 0, 4), embedding: ops.slice(f, 0, 4) }),
    teacher: net({ embedding: ops.slice(g, 0, 4) }),
  };
  const first = await termsOf(rkd, { ...four, labels: ops.slice(labels, 0, 4) });
  expect(six['distance']).toBeCloseTo(first['distance']!, 6);
  expect(six['angle']).toBeCloseTo(first['angle']!, 6);
});

it('gives no gradient to features that coincide, instead of an enormous one', async () => {
  const twins = ops.concat([ops.slice(f, 0, 3), ops.slice(f, 0, 3)]) as Tensor2D;
  const slope = (await gradientsOf(rkd, of(twins, g)))['0/embedding']!;
  expect(Math.max(...slope.map(Math.abs))).toBeLessThan(100);
});

it('is labels-only at weights 0, to the last bit', async () => {
  const parts = of(f, g, { distance: 0, angle: 0 });
  expect((await termsOf(rkd, parts))['ce']).toBe((await termsOf(labelsOnly, parts))['ce']);
  expect(await gradientsOf(rkd, parts)).toEqual(
    await gradientsOf(labelsOnly, { student: parts.student, labels }),
  );
});
