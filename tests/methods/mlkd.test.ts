import { describe, expect, it } from 'vitest';
import type { Tensor4D } from '../../src/engine/types';
import { fixedRandom, makeStep, net, ops } from '../../src/golden/kit';
import labelsOnly from '../../src/methods/labels-only';
import mlkd from '../../src/methods/mlkd';
import { strongView } from '../../src/methods/views/strong';
import { golden, gradientsOf, labelsOf, matrix, normal, numbersOf, termsOf } from './support';

golden('mlkd');

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

describe('the released form', () => {
  const images = normal([6, 8, 8, 1], 4) as Tensor4D;
  const input = (form: 'single' | 'released') =>
    mlkd.input!(
      { images, labels, targets: ops.oneHot(labels, 5) },
      {
        ops,
        params: { ...makeStep(mlkd, {}).params, form },
        random: fixedRandom(),
        classes: 5,
        phase: 'main',
      },
    );

  it('sees every image twice, the other form as it is', async () => {
    expect(input('single').images).toBe(images);
    const two = input('released');
    expect(two.images.shape).toEqual([12, 8, 8, 1]);
    const first = await numbersOf(() => ops.slice(two.images, 0, 6));
    expect(first).toEqual(await numbersOf(() => ops.mul(images, 1)));
    const own = [...(await labels.data())];
    expect([...(await two.labels.data())]).toEqual([...own, ...own]);
    expect(two.targets.shape).toEqual([12, 5]);
  });

  it('cuts a hole into every strong view and changes the rest', async () => {
    const made = await numbersOf(() => ops.reshape(strongView(ops, fixedRandom(), images), [6, -1]));
    const plain = await numbersOf(() => ops.reshape(images, [-1]));
    for (let image = 0; image < 6; image++) {
      const cells = made.slice(image * 64, (image + 1) * 64);
      const empty = cells.filter((v) => v === 0).length;
      expect(empty).toBeGreaterThanOrEqual(4);
      expect(empty).toBeLessThanOrEqual(16);
      const kept = cells.filter((v, i) => v !== 0 && v === plain[image * 64 + i]).length;
      expect(kept).toBe(0);
    }
    expect(made.every(Number.isFinite)).toBe(true);
  });

  it('has relations within the plain view only', async () => {
    const both = (first: number, second: number) =>
      net({ logits: ops.concat([matrix(6, 5, first), matrix(6, 5, second)]) });
    const at = (second: number) =>
      termsOf(mlkd, {
        params: { form: 'released' },
        student: both(1, second),
        teacher: both(2, 3),
        labels: ops.concat([labels, labels]),
      });
    const [a, b] = [await at(4), await at(5)];
    expect(b['batch']).toBe(a['batch']);
    expect(b['class']).toBe(a['class']);
    expect(b['instance']).not.toBeCloseTo(a['instance']!, 3);
  });
});
