import { expect, it } from 'vitest';
import type { Tensor } from '../../src/engine/types';
import { net, ops } from '../../src/golden/kit';
import at from '../../src/methods/at';
import labelsOnly from '../../src/methods/labels-only';
import { golden, gradientsOf, labelsOf, matrix, normal, termsOf } from './support';

golden('at');

const labels = labelsOf(4, 3);
const logits = matrix(4, 3);
const map = normal([4, 4, 4, 3], 1);
const other = normal([4, 2, 2, 5], 2);
const attention = async (s: Tensor, t: Tensor) =>
  (
    await termsOf(at, {
      student: net({ logits, taps: { a: s } }),
      teacher: net({ logits, taps: { a: t } }),
      labels,
    })
  )['attention']!;

it('is 0 between equal maps and positive between others', async () => {
  expect(await attention(map, map)).toBe(0);
  expect(await attention(map, other)).toBeGreaterThan(0.1);
});

it('sees neither the order of channels nor the scale of a map', async () => {
  const before = await attention(map, other);
  expect(await attention(ops.gather(map, ops.tensor1d([2, 0, 1], 'int32'), 3), other)).toBeCloseTo(before, 4);
  expect(await attention(ops.mul(map, 7), other)).toBeCloseTo(before, 4);
});

it('adds up over layers', async () => {
  const student = net({ logits, taps: { a: map, b: map } });
  const teacher = net({ logits, taps: { a: other, b: other } });
  const terms = await termsOf(at, { student, teacher, labels });
  expect(terms['attention']).toBeCloseTo(2 * (await attention(map, other)), 4);
});

it('compares maps with tokens, and sizes that do not divide', async () => {
  expect(await attention(map, normal([4, 16, 5], 3))).toBeGreaterThan(0);
  expect(await attention(normal([4, 7, 7, 2], 3), map)).toBeGreaterThan(0);
});

it('is labels-only at weight 0, to the last bit', async () => {
  const [student, teacher] = [net({ logits, taps: { a: map } }), net({ logits, taps: { a: other } })];
  const parts = { params: { weight: 0 }, student, teacher, labels };
  const plain = { student, labels };
  expect((await termsOf(at, parts))['ce']).toBe((await termsOf(labelsOnly, plain))['ce']);
  expect(await gradientsOf(at, parts)).toEqual(await gradientsOf(labelsOnly, plain));
});
