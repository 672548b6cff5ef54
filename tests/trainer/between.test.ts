/** What a method may do between its phases: on the host, with the weights of its networks. */
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { type AnyMethod, methods } from '../../src/methods/index';
import type { Midway, Phase } from '../../src/methods/kit';
import { ready } from '../../src/share/catalogue';
import { tasks } from '../../src/tasks/index';
import { Evaluator } from '../../src/trainer/evaluate';
import { Lane } from '../../src/trainer/lane';
import { makePass } from '../../src/trainer/pass';
import { spansOf } from '../../src/trainer/phases';
import { factsOf } from '../../src/trainer/plan';
import { Shared } from '../../src/trainer/shared';
import { BATCH, bitsOf, dataset, network } from './support';

const labelsOnly = methods.get('labels-only');
const still: Phase = { label: '', share: 0, hostOnly: true };
const half: Phase = { label: '', share: 0.5 };

/** A lane with two small students, ready for its first step. */
function laneOf(card: Partial<AnyMethod>, totalSteps = 4) {
  const shared = new Shared(dataset, BATCH, undefined);
  const method = { ...labelsOnly, ...card } as AnyMethod;
  const lane = new Lane({
    id: 'student/1',
    method,
    params: defaults(method.params),
    seed: 1,
    students: ['student', 'student 2'].map((scope) => network('cnn', { width: 2, blocks: 1 }, scope)),
    frozenTeacher: undefined,
    ownTeachers: [],
    optimizer: ready.students[0]!.optimizer,
    teacherOptimizer: ready.teacher.optimizer,
    task: tasks.get('classification'),
    facts: factsOf(dataset),
    samples: dataset.splits.train.count,
    totalSteps,
    stepsPerEpoch: totalSteps,
  });
  const pass = makePass(dataset, undefined, new Evaluator(dataset), lane);
  lane.midway = pass;
  const step = async (n: number) => {
    shared.prepareStep(
      Int32Array.from({ length: BATCH }, (_, i) => i),
      n,
    );
    await lane.turn();
    lane.prepareStep();
    tidy(() => {
      for (const segment of shared.segments()) segment.run();
      lane.run(shared.batch());
    });
    lane.step = n + 1;
  };
  const dispose = () => {
    lane.dispose();
    shared.dispose();
  };
  return { lane, pass, step, dispose };
}

describe('phases without a step', () => {
  it('stand between the others and take none of their steps', () => {
    const spans = spansOf(
      { start: still, a: half, merge: still, b: half, end: still, gone: { ...half, share: 0 } },
      9,
    );
    expect(spans.map(({ id, start, end }) => [id, start, end])).toEqual([
      ['start', 0, 0],
      ['a', 0, 5],
      ['merge', 5, 5],
      ['b', 5, 9],
      ['end', 9, 9],
    ]);
  });

  it('begin once each, in order, the last one after the last step', async () => {
    const begun: string[] = [];
    const { lane, step, dispose } = laneOf({
      phases: () => ({ start: still, a: half, merge: still, b: half, end: still }),
      begin: (phase: string) => void begun.push(`${lane.step} ${phase}`),
    });
    for (let n = 0; n < 4; n++) await step(n);
    expect(begun).toEqual(['0 start', '0 a', '2 merge', '2 b']);
    await lane.turn();
    expect(begun.slice(4)).toEqual(['4 end']);
    dispose();
  });

  it('leave the step that follows in the phase it belongs to', async () => {
    const seen: string[] = [];
    const { step, dispose } = laneOf({
      phases: () => ({ start: still, a: half, merge: still, b: half }),
      losses: (given) => {
        seen.push(given.phase);
        return { ce: given.supervised };
      },
    });
    for (let n = 0; n < 4; n++) await step(n);
    expect(seen).toEqual(['a', 'a', 'b', 'b']);
    dispose();
  });
});

describe('the weights of a student', () => {
  it('are copied bit by bit, statistics too, and the other student stays as it was', async () => {
    const { lane, pass, step, dispose } = laneOf({});
    await step(0);
    const [first, second] = lane.options.students;
    const before = await bitsOf(first!);
    expect(await bitsOf(second!)).not.toEqual(before);
    await pass.setWeights(1, await pass.weights(0));
    expect(await bitsOf(second!)).toEqual(before);
    expect(await bitsOf(first!)).toEqual(before);
    dispose();
  });

  it('change what the network answers from the next step on', async () => {
    const halve = async (_: string, pass: Midway) => {
      const { 'head/weight': head } = await pass.weights(0);
      await pass.setWeights(0, {
        'head/weight': head!.map((x) => x / 2),
        'head/bias': new Float32Array(dataset.classNames.length),
      });
    };
    const { pass, dispose } = laneOf({});
    const [before] = await pass.studentOutputs();
    await halve('', pass);
    const [after] = await pass.studentOutputs();
    expect(Math.max(...after!.map((z, i) => Math.abs(2 * z - before![i]!)))).toBeLessThan(1e-5);
    dispose();
  });

  it('are refused under a name, in a number or of a student that is not there', async () => {
    const { pass, dispose } = laneOf({});
    const before = await pass.weights(0);
    await expect(pass.setWeights(0, { 'neck/weight': new Float32Array(1) })).rejects.toThrow(/no 'neck/);
    await expect(pass.setWeights(0, { 'head/bias': new Float32Array(1) })).rejects.toThrow(/does not fit/);
    expect(() => pass.weights(2)).toThrow(/no student 2/);
    expect(await pass.weights(0)).toEqual(before);
    dispose();
  });
});
