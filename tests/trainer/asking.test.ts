/** What `begin` may ask of any network, and which extras a phase trains. */
import { tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { ops } from '../../src/golden/kit';
import { defineMethod, type Midway } from '../../src/methods/kit';
import { Evaluator } from '../../src/trainer/evaluate';
import { makePass } from '../../src/trainer/pass';
import { dataset, network, run } from './support';

/** Two extras, of which the phases train one each. */
const method = defineMethod({
  id: 'asking',
  name: 'Asking',
  family: 'baseline',
  summary: 'Asks',
  formula: 'L',
  fidelity: 'as published',
  deviations: 'None.',
  params: {},
  terms: { loss: 'Loss' },
  phases: () => ({
    first: { label: 'First', share: 0.5, extras: 'one/' },
    second: { label: 'Second', share: 0.5, extras: 'two/' },
  }),
  extras: (build) => ({
    one: build.weight('one/weight', [3], 'ones'),
    two: build.weight('two/weight', [3], 'ones'),
  }),
  losses: ({ extras, supervised }) => ({
    loss: ops.add(supervised, ops.sum(ops.add(ops.square(extras.one), ops.square(extras.two)))),
  }),
});

const rows = [3, 0, 5];

async function lanes(steps: number) {
  const teacher = network('mlp', { width: 4 }, 'teacher');
  const { lane, student } = await run(method, teacher, {}, { steps, of: 4 });
  const pass = makePass(dataset, teacher, new Evaluator(dataset), lane) as Midway<{
    one: unknown;
    two: unknown;
  }>;
  return { lane, student, teacher, pass };
}

it('networks are asked about training images, and about any others', async () => {
  const { lane, teacher, pass } = await lanes(1);
  const images = pass.imagesOf(rows);
  const logits = await pass.compute((asked) => asked.student(asked.images(images)).logits);
  const all = (await pass.studentOutputs())[0]!;
  const classes = dataset.classNames.length;
  for (const [i, row] of rows.entries())
    for (let c = 0; c < classes; c++) expect(logits[i * classes + c]).toBeCloseTo(all[row * classes + c]!, 5);
  const { embedding, width } = await pass.teacherOutputs();
  const encoded = await pass.compute((asked) => asked.teacher(asked.images(images)).embedding);
  expect(encoded[0]).toBeCloseTo(embedding[rows[0]! * width]!, 5);
  const blank = await pass.compute((asked) => asked.student(asked.images(images.map(() => 0))).logits);
  expect([...blank.slice(0, classes)]).toEqual([...blank.slice(classes, 2 * classes)]);
  await expect(pass.compute((asked) => asked.student(asked.images(images), 1).logits)).rejects.toThrow(
    /student 2 of 1/,
  );
  const untrained = makePass(dataset, undefined, new Evaluator(dataset), lane);
  await expect(untrained.compute((asked) => asked.teacher(asked.images(images)).logits)).rejects.toThrow(
    /does not train first/,
  );
  lane.dispose();
  teacher.dispose();
});

it('only the extras that a phase names learn in it', async () => {
  const values = async (steps: number) => {
    const { lane, teacher, pass } = await lanes(steps);
    const { one, two } = lane.extras as {
      one: ReturnType<typeof ops.ones>;
      two: ReturnType<typeof ops.ones>;
    };
    const found = [await pass.compute(() => one), await pass.compute(() => two)].map(([x]) => x!);
    tidy(() => lane.dispose());
    teacher.dispose();
    return found;
  };
  const [half, whole] = [await values(2), await values(4)];
  expect(half[0]).toBeLessThan(1);
  expect(half[1]).toBe(1);
  expect(whole[0]).toBe(half[0]);
  expect(whole[1]).toBeLessThan(1);
});
