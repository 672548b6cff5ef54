import { expect, it } from 'vitest';
import { net, ops } from '../../src/golden/kit';
import dkd from '../../src/methods/dkd';
import labelsOnly from '../../src/methods/labels-only';
import { golden, gradientsOf, labelsOf, matrix, numbersOf, termsOf } from './support';

golden('dkd');

const student = net({ logits: matrix(6, 5, 1) });
const teacher = net({ logits: matrix(6, 5, 2, 3) });
const labels = labelsOf(6, 5);
const progress = ops.scalar(1);

it('has nothing to learn from itself', async () => {
  const terms = await termsOf(dkd, { student, teacher: student, labels, progress });
  expect(Math.abs(terms['target']!)).toBeLessThan(1e-5);
  expect(Math.abs(terms['rest']!)).toBeLessThan(1e-5);
});

it('adds up to plain distillation: KL = target + (1 - p_t,y) rest, row by row', async () => {
  for (let row = 0; row < 6; row++) {
    const one = (x: typeof student.logits) => ops.slice(x, row, 1);
    const own = ops.slice(labels, row, 1);
    const parts = {
      params: { temperature: 2, alpha: 1, beta: 1 },
      student: net({ logits: one(student.logits) }),
      teacher: net({ logits: one(teacher.logits) }),
      labels: own,
      progress,
    };
    const terms = await termsOf(dkd, parts);
    const [kl, sure] = await numbersOf(() => {
      const p = ops.sum(ops.mul(ops.softmax(parts.teacher.logits, 2), ops.oneHot(own, 5)));
      return ops.stack([ops.distillation(parts.student.logits, parts.teacher.logits, 2), p]);
    });
    expect(terms['target']! + (1 - sure!) * terms['rest']!).toBeCloseTo(kl!, 4);
  }
});

it('warms up linearly over its share of the run, then stays', async () => {
  const at = async (share: number, warmup: number) =>
    (await termsOf(dkd, { params: { warmup }, student, teacher, labels, progress: ops.scalar(share) }))[
      'rest'
    ]!;
  const full = await at(1, 0.5);
  expect(await at(0, 0.5)).toBe(0);
  expect(await at(0.25, 0.5)).toBeCloseTo(full / 2, 5);
  expect(await at(0.75, 0.5)).toBeCloseTo(full, 6);
  expect(await at(0, 0)).toBeCloseTo(full, 6);
});

it('is labels-only at weights 0, to the last bit', async () => {
  const parts = { params: { alpha: 0, beta: 0 }, student, teacher, labels, progress };
  expect((await termsOf(dkd, parts))['ce']).toBe((await termsOf(labelsOnly, { student, labels }))['ce']);
  expect((await gradientsOf(dkd, parts))['0/logits']).toEqual(
    (await gradientsOf(labelsOnly, { student, labels }))['0/logits'],
  );
});

it('has no ranking to teach with two classes', async () => {
  const two = { student: net({ logits: matrix(4, 2, 1) }), teacher: net({ logits: matrix(4, 2, 2) }) };
  const terms = await termsOf(dkd, { ...two, labels: labelsOf(4, 2), progress });
  expect(Math.abs(terms['rest']!)).toBeLessThan(1e-6);
  expect(terms['target']).toBeGreaterThan(1e-3);
});

it('keeps the others apart from a true class far above them', async () => {
  const raised = (x: typeof student.logits) =>
    net({ logits: ops.add(x, ops.mul(5000, ops.oneHot(labels, 5))) as typeof x });
  const low = await termsOf(dkd, { student, teacher, labels, progress });
  const high = await termsOf(dkd, {
    student: raised(student.logits),
    teacher: raised(teacher.logits),
    labels,
    progress,
  });
  expect(high['rest']).toBeCloseTo(low['rest']!, 3);
});
