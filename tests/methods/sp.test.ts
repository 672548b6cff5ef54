import { expect, it } from 'vitest';
import type { Tensor } from '../../src/engine/types';
import { net, ops } from '../../src/golden/kit';
import labelsOnly from '../../src/methods/labels-only';
import sp from '../../src/methods/sp';
import { golden, gradientsOf, labelsOf, matrix, normal, termsOf } from './support';

golden('sp');

const labels = labelsOf(4, 3);
const logits = matrix(4, 3);
const f = normal([4, 2, 2, 1], 1);
const g = normal([4, 3, 3, 2], 2);
const of = (s: Tensor, t: Tensor, params = {}) => ({
  params,
  student: net({ logits, taps: { first: ops.zerosLike(s), last: s } }),
  teacher: net({ logits, taps: { last: t } }),
  labels,
});
const similarity = async (s: Tensor, t: Tensor) => (await termsOf(sp, of(s, t)))['similarity']!;

/** A rotation in the plane of the first two of four axes. */
const rotation = ops.tensor2d([0.6, 0.8, 0, 0, -0.8, 0.6, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [4, 4]);

it('is 0 between equal features and positive between others', async () => {
  expect(await similarity(f, f)).toBe(0);
  expect(await similarity(f, g)).toBeGreaterThan(0.1);
});

it('sees neither rotation nor scale of features, nor the order of rows', async () => {
  const before = await similarity(f, g);
  const rotated = ops.mul(ops.matMul(ops.flatten(f), rotation), 3);
  const order = ops.tensor1d([3, 0, 2, 1], 'int32');
  expect(await similarity(rotated, g)).toBeCloseTo(before, 3);
  expect(await similarity(ops.gather(f, order), ops.gather(g, order))).toBeCloseTo(before, 3);
});

it('reads the last layer only', async () => {
  const slopes = await gradientsOf(sp, of(f, g));
  expect(slopes['0/first']!.every((x) => x === 0)).toBe(true);
  expect(slopes['0/last']!.some((x) => x !== 0)).toBe(true);
});

it('is labels-only at weight 0, to the last bit', async () => {
  const parts = of(f, g, { weight: 0 });
  const plain = { student: parts.student, labels };
  expect((await termsOf(sp, parts))['ce']).toBe((await termsOf(labelsOnly, plain))['ce']);
  expect(await gradientsOf(sp, parts)).toEqual(await gradientsOf(labelsOnly, plain));
});
