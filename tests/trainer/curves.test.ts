/** Curves of learners on their way to the page. */
import { expect, test } from 'vitest';
import { methods } from '../../src/methods/index';
import { Curves } from '../../src/trainer/curves';
import type { Lane } from '../../src/trainer/lane';
import type { FromWorker } from '../../src/worker/protocol';

/** The part of a lane that curves read, with two steps done. */
const laneOf = (id: string): Lane =>
  ({
    options: { id, method: methods.get(id) },
    termKeys: ['a'],
    step: 2,
    ring: {
      drain: async () => [0, 1].map((step) => ({ step, values: Float32Array.of(3, 0, 3) })),
    },
  }) as unknown as Lane;

test('a learner that sees images without labels only has no accuracy in training, rather than 0', async () => {
  const told: FromWorker[] = [];
  const curves = new Curves(
    (message) => told.push(message),
    () => {},
  );
  await curves.finish([laneOf('kd'), laneOf('kd3')]);
  const [message] = told as [Extract<FromWorker, { type: 'points' }>];
  expect(message.points.map(({ data }) => [...data])).toEqual([
    [1, 3, 0, 3, 2, 3, 0, 3],
    [1, 3, Number.NaN, 3, 2, 3, Number.NaN, 3],
  ]);
  expect(curves.diverged(laneOf('kd3'))).toBe(false);
});
