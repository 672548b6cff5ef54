/** The head of a teacher that answers for a student: what a network ends with, and that training leaves it alone. */
import { tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { AnyValues } from '../../src/core/params';
import { ops } from '../../src/engine/ops/index';
import type { Tensor4D } from '../../src/engine/types';
import type { AnyMethod } from '../../src/methods/index';
import kd3 from '../../src/methods/kd3';
import { answersOf, type Extras, wantedOf } from '../../src/methods/kd3/shared';
import { models } from '../../src/models/index';
import { Evaluator } from '../../src/trainer/evaluate';
import { headOf } from '../../src/trainer/head';
import { makePass } from '../../src/trainer/pass';
import { bitsOf, dataset, network, run } from './support';

/** The method on labelled images, whose labels it does not read. */
const card = { ...kd3, roles: { trained: true } } as AnyMethod;
const { height, width, channels } = dataset.shape;
const images = tidy(() =>
  ops.reshape(
    ops.tensor1d(Float32Array.from({ length: 3 * height * width * channels }, (_, i) => Math.sin(i))),
    [3, height, width, channels],
  ),
) as Tensor4D;

it.each(models.all.map(({ id }) => id))('%s: the head makes logits of the embedding', async (id) => {
  const teacher = network(id, models.get(id).sizes.student as AnyValues, 'teacher');
  const { kernel, bias } = await headOf(teacher);
  const apart = tidy(() => {
    const { logits, embedding } = teacher.forward(images, false);
    const weights = ops.tensor2d(kernel, [embedding.shape[1], bias.length]);
    const own = ops.add(ops.matMul(embedding, weights), ops.tensor1d(bias));
    return ops.max(ops.abs(ops.sub(own, logits))).dataSync()[0]!;
  });
  expect(apart).toBeLessThan(1e-4);
  teacher.dispose();
});

it.each([
  ['cnn', { width: 4, blocks: 2 }],
  ['cnn', { width: 4, blocks: 2, head: 'average' }],
  ['vit', { depth: 1 }],
])('%s %j: after training the student answers through it, and it is as it was', async (id, params) => {
  const teacher = network(id, params, 'teacher');
  const before = await bitsOf(teacher);
  const { student, lane } = await run(card, teacher, { cutoff: 0 }, { steps: 2 });
  expect(await bitsOf(teacher)).toEqual(before);
  const start = await bitsOf(network('cnn', { width: 4, blocks: 2 }, 'student'));
  const end = await bitsOf(student);
  for (const name of student.build.weights.keys())
    if (!name.startsWith('head')) expect(end[name], name).not.toBe(start[name]);
  expect(['head/weight', 'head/bias'].map((name) => end[name])).toEqual(
    ['head/weight', 'head/bias'].map((name) => start[name]),
  );
  const extras = lane.extras as Extras;
  const { kernel, bias } = await headOf(teacher);
  expect(await extras.kernel.data()).toEqual(kernel);
  expect(await extras.bias.data()).toEqual(bias);
  lane.extrasBuild.training = false;
  tidy(() => {
    const answer = teacher.forward(images, false);
    const given = { ops, extras: { ...extras, transfer: () => wantedOf({ ops, extras }, answer) } };
    const { logits } = answersOf(given, student.forward(images, false));
    const apart = ops.max(ops.abs(ops.sub(logits, answer.logits))).dataSync()[0]!;
    expect(apart).toBeLessThan(1e-4);
  });
  lane.dispose();
});

it('a teacher that is not there yet has none', async () => {
  const teacher = network('mlp', { width: 4 }, 'teacher');
  const { lane } = await run(card, teacher, {}, { steps: 1, of: 4 });
  const pass = makePass(dataset, undefined, new Evaluator(dataset), lane);
  expect(pass.epochs).toBe(1);
  await expect(pass.teacherHead()).rejects.toThrow('does not train first');
  lane.dispose();
});
