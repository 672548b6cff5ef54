import { expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import { net } from '../../src/golden/kit';
import fitnet from '../../src/methods/fitnet';
import kd from '../../src/methods/kd';
import { golden, labelsOf, matrix, normal, termsOf } from './support';

golden('fitnet');

const labels = labelsOf(4, 3);
const logits = { student: matrix(4, 3, 1), teacher: matrix(4, 3, 2) };
const defaults = { weight: 1, stage: 2, normalise: true, ceWeight: 0.1, kdWeight: 0.9, temperature: 4 };

/** Terms with a new regressor between activations of these shapes (of one sample). */
async function between(
  from: readonly number[],
  to: readonly number[],
  params: Partial<typeof defaults> = {},
) {
  const all = { ...defaults, ...params };
  const shapes = (shape: readonly number[]) => ({ embedding: 2, taps: { stem: [8, 8, 2], stage1: shape } });
  const build = new NetworkBuild(1, 'extras');
  const given = { params: all, classes: 3, samples: 4, image: [8, 8, 1] };
  const extras = fitnet.extras!(build, { ...given, student: shapes(from), teacher: shapes(to) })!;
  const answer = (z: typeof logits.student, shape: readonly number[], seed: number) =>
    net({ logits: z, taps: { stem: normal([4, 8, 8, 2], seed + 9), stage1: normal([4, ...shape], seed) } });
  const student = answer(logits.student, from, 3);
  const teacher = answer(logits.teacher, to, 4);
  const terms = await termsOf(fitnet, { params: all, extras, student, teacher, labels });
  return { terms, build, student, teacher };
}

it.each([
  { name: 'same size', from: [4, 4, 3], to: [4, 4, 5], filter: [1, 1, 3, 5] },
  { name: 'twice as large', from: [8, 8, 3], to: [4, 4, 5], filter: [3, 3, 3, 5] },
  { name: 'half as large', from: [4, 4, 3], to: [8, 8, 5], filter: [4, 4, 5, 3] },
  { name: 'sizes that do not divide', from: [7, 7, 3], to: [4, 4, 5], filter: [1, 1, 3, 5] },
  { name: 'tokens', from: [4, 4, 3], to: [16, 5], filter: [1, 1, 3, 5] },
  { name: 'tokens that make no square', from: [4, 4, 3], to: [17, 5], filter: [1, 1, 3, 5] },
])('translates a student that is $name', async ({ from, to, filter }) => {
  const { terms, build } = await between(from, to);
  expect(build.weights.get('hint/filter')!.shape).toEqual(filter);
  expect(terms['hint']).toBeGreaterThan(0.1);
  build.dispose();
});

it('takes the last pair when there are fewer than asked for', async () => {
  const second = await between([4, 4, 3], [4, 4, 5], { stage: 2 });
  const eighth = await between([4, 4, 3], [4, 4, 5], { stage: 8 });
  const first = await between([4, 4, 3], [4, 4, 5], { stage: 1 });
  expect(eighth.terms).toEqual(second.terms);
  expect(first.terms['hint']).not.toBe(second.terms['hint']);
});

it('is plain distillation at weight 0', async () => {
  const { terms, student, teacher } = await between([4, 4, 3], [4, 4, 5], { weight: 0 });
  const plain = await termsOf(kd, { student, teacher, labels });
  expect(terms).toEqual({ ...plain, hint: 0 });
});
