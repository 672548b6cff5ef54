import { expect, it } from 'vitest';
import { net } from '../../src/golden/kit';
import dml from '../../src/methods/dml';
import labelsOnly from '../../src/methods/labels-only';
import { golden, gradientsOf, labelsOf, matrix, termsOf } from './support';

golden('dml');

const labels = labelsOf(6, 5);
const students = [1, 2, 3].map((seed) => net({ logits: matrix(6, 5, seed) }));

it('is a sum over peers of plain training at weight 0, to the last bit of each gradient', async () => {
  const parts = { params: { weight: 0 }, students, labels };
  const single = await Promise.all(students.map((student) => termsOf(labelsOnly, { student, labels })));
  const slopes = await gradientsOf(dml, parts);
  expect((await termsOf(dml, parts))['ce']).toBeCloseTo(
    single.reduce((sum, each) => sum + each['ce']!, 0),
    5,
  );
  for (const [i, student] of students.entries())
    expect(slopes[`${i}/logits`]).toEqual((await gradientsOf(labelsOnly, { student, labels }))['0/logits']);
});

it('has nothing to learn among equals', async () => {
  const twins = [students[0]!, students[0]!];
  expect(Math.abs((await termsOf(dml, { students: twins, labels }))['peers']!)).toBeLessThan(1e-5);
});

it('holds the partners fixed: the gradient of a peer is that of its own part', async () => {
  const pair = students.slice(0, 2);
  const slopes = await gradientsOf(dml, { students: pair, labels });
  const swapped = await gradientsOf(dml, { students: [...pair].reverse(), labels });
  expect(slopes['0/logits']).toEqual(swapped['1/logits']);
});

it('divides by the number of partners when averaging', async () => {
  const sum = await termsOf(dml, { params: { average: false }, students, labels });
  const mean = await termsOf(dml, { params: { average: true }, students, labels });
  expect(mean['peers']).toBeCloseTo(sum['peers']! / 2, 5);
});

it('trains as many students as asked for', () => {
  expect(dml.roles?.peers?.({ peers: 3, weight: 1, temperature: 1, average: false })).toBe(3);
});
