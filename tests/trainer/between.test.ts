/** What a method may do between its phases: on the host, with the weights of its networks. */
import { describe, expect, it } from 'vitest';
import { number } from '../../src/core/params';
import type { Build, Scalar, Tensor, Variable } from '../../src/engine/types';
import { type AnyMethod, methods } from '../../src/methods/index';
import type { Midway, Phase } from '../../src/methods/kit';
import { ready } from '../../src/share/catalogue';
import { spansOf } from '../../src/trainer/phases';
import { peers } from './peers';
import { bitsOf, dataset } from './support';

const still: Phase = { label: '', share: 0, hostOnly: true };
const half: Phase = { label: '', share: 0.5 };

/** A lane with two small students. */
const laneOf = (card: Partial<AnyMethod>) =>
  peers({ ...methods.get('labels-only'), ...card } as AnyMethod, { students: 2, model: 'cnn' });

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

describe('what learns in a phase', () => {
  /** Names that differ from before, by student, after a step in a phase that has `more`. */
  async function changed(more: Partial<Phase>) {
    const { lane, step, dispose } = laneOf({
      phases: () => ({ main: { label: '', share: 1, ...more } }),
      losses: ({ ops, students, targets }) => ({
        ce: ops.addN(students.map(({ logits }) => ops.crossEntropy(logits, targets))) as Scalar,
      }),
    });
    const { students } = lane.options;
    const before = await Promise.all(students.map(bitsOf));
    await step(0);
    const after = await Promise.all(students.map(bitsOf));
    dispose();
    return after.map((bits, i) =>
      Object.keys(bits)
        .filter((name) => bits[name] !== before[i]![name])
        .sort(),
    );
  }
  const linear = ['head/bias', 'head/weight', 'stage1/conv/filter'];

  it('is everything of all students, unless it says otherwise', async () => {
    const [first, second] = await changed({});
    expect(first).toEqual(second);
    expect(first).toEqual(
      [...linear, ...['mean', 'scale', 'shift', 'variance'].map((name) => `stage1/norm/${name}`)].sort(),
    );
  });

  it('is nothing of the students it leaves out, not even their statistics', async () => {
    const [first, second] = await changed({ students: [1] });
    expect(first).toEqual([]);
    expect(second).toHaveLength(7);
  });

  it('may be the linear layers alone, with batch norms as they are', async () => {
    expect(await changed({ learns: 'linear' })).toEqual([linear, linear]);
    expect(await changed({ learns: 'linear', students: [0] })).toEqual([linear, []]);
  });
});

describe('parameters that are moved while a lane runs', () => {
  const optimizer = ready.students[0]!.optimizer;

  it('are taken in once, before the next step, in the phase that runs', async () => {
    const calls: unknown[] = [];
    const { lane, step, dispose } = laneOf({
      params: { x: number('X', 0, { min: 0, max: 9 }) },
      phases: () => ({ a: half, b: half }),
      retune: (phase: string, _pass: Midway, _memory: unknown, params: object) =>
        void calls.push([phase, params]),
    });
    await step(0);
    lane.adjust({ x: 1 }, optimizer);
    lane.adjust({ x: 2 }, optimizer);
    expect(calls).toEqual([]);
    await step(1);
    await step(2);
    expect(calls).toEqual([['a', { x: 2 }]]);
    lane.adjust({ x: 3 }, optimizer);
    await lane.settle();
    expect(calls.slice(1)).toEqual([['b', { x: 3 }]]);
    dispose();
  });

  it('hold the step back until a look has taken them in', async () => {
    let done = false;
    const { lane, dispose } = laneOf({
      retune: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        done = true;
      },
    });
    lane.adjust({}, optimizer);
    void lane.settle();
    await lane.turn();
    expect(done).toBe(true);
    dispose();
  });
});

it('the validation images are answered by what the lane would predict, and states can be written', async () => {
  const { pass, dispose } = laneOf({
    extras: (build: Build) => build.state('scale', [1], 0),
    predict: ({ ops, extras, student }) => ops.mul(student.logits, extras as Tensor),
  });
  const { held } = pass;
  const { labels } = dataset.splits.validation;
  const scale = held.extras as Variable;
  const answers = () => held.answers(({ ops, student, extras }) => ops.mul(student.logits, extras as Tensor));
  expect(Math.max(...(await answers()).map(Math.abs))).toBe(0);
  held.write(scale, Float32Array.of(2));
  const [twice, once] = [await answers(), await held.answers(({ student }) => student.logits)];
  expect(twice).toHaveLength(labels.length * dataset.classNames.length);
  expect([...twice]).toEqual([...once].map((x) => 2 * x));
  dispose();
});
