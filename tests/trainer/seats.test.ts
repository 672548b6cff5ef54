/** Kept networks among the networks of a lane, and a student that follows another one. */
import { tidy } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { type Config, checkConfig } from '../../src/core/config';
import { ops } from '../../src/engine/ops/index';
import type { Table, Tensor1D } from '../../src/engine/types';
import { catalogue, ready } from '../../src/share/catalogue';
import { configDifference } from '../../src/share/codec';
import { Evaluator } from '../../src/trainer/evaluate';
import type { Lane } from '../../src/trainer/lane';
import { Network } from '../../src/trainer/network';
import { makePass } from '../../src/trainer/pass';
import { inputOf, studentLanes } from '../../src/trainer/plan';
import { RunData } from '../../src/trainer/regime';
import type { KeptForm } from '../../src/trainer/seats';
import { Shared } from '../../src/trainer/shared';
import { dataset, network } from './support';

const CNN = { width: 4, blocks: 1 };

interface Made {
  readonly method: string;
  readonly params?: object;
  readonly members?: Record<string, string>;
}

function configOf({ method, params = {}, members }: Made): Config {
  const raw = {
    version: 1,
    students: [
      {
        key: 's1',
        method: { id: method, params },
        model: { id: 'cnn', params: CNN },
        ...(members ? { members } : {}),
      },
    ],
    training: { epochs: 1, batchSize: 4 },
  };
  const { config, problems } = checkConfig(raw, ready, catalogue);
  expect(problems).toEqual([]);
  return config;
}

async function kept(
  key: string,
  model: string,
  params: object,
  change: Partial<KeptForm['card']> = {},
): Promise<KeptForm> {
  const net = network(model, params as never, `of ${key}`);
  const weights = await net.save();
  const card = {
    ...{ key, name: key, created: 0, label: 'Teacher', dataset: { name: '', fingerprint: '' }, metrics: {} },
    ...{ classNames: dataset.classNames, model: net.choice, parameters: net.parameters },
    ...{ image: inputOf(dataset).image, mean: [], std: [] },
    ...change,
  };
  net.dispose();
  return { card, weights };
}

const open: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

/** A lane ready for its first step, with one to run. */
async function laneOf(made: Made, all: readonly KeptForm[]) {
  const config = configOf(made);
  const data = new RunData(config, dataset);
  const teacher = network('mlp', { width: 16, layers: 1 }, 'teacher');
  const [lane] = studentLanes(config, data, teacher, new Map(all.map((one) => [one.card.key, one])));
  const shared = new Shared(data.students, 4, undefined);
  shared.freeze(teacher, false);
  lane!.midway = makePass(data.students, teacher, new Evaluator(dataset), lane!);
  lane!.memory = await lane!.options.method.prepare?.(lane!.midway, lane!.params);
  open.push(lane!, shared, teacher);
  const step = async () => {
    shared.prepareStep(Int32Array.of(0, 1, 2, 3), lane!.step);
    await lane!.turn();
    if (lane!.prepareStep()) shared.relearn();
    tidy(() => {
      for (const segment of shared.segments()) if (segment.needed?.() ?? true) segment.run();
      lane!.run(shared.batch());
    });
    lane!.step++;
  };
  return { lane: lane!, step };
}

const bits = async (lane: Lane, student: number) => {
  const weights = await lane.options.students[student]!.save();
  return Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, [...values]]));
};

const zoo = (members: Record<string, string>): Made => ({
  method: 'fantastic-gains',
  params: { zoo: 1 },
  members,
});

describe('a kept network in a zoo', () => {
  test('answers as it did, of whatever model, and never learns', async () => {
    const mlp = await kept('k', 'mlp', { width: 16, layers: 1 });
    const { lane, step } = await laneOf(zoo({ 'zoo-1': 'k' }), [mlp]);
    expect(lane.options.students.map(({ choice }) => choice.id)).toEqual(['cnn', 'mlp']);
    const own = await bits(lane, 0);
    while (!lane.finished) await step();
    expect(await bits(lane, 0)).not.toEqual(own);
    expect(await bits(lane, 1)).toEqual(
      Object.fromEntries(Object.entries(mlp.weights!).map(([name, values]) => [name, [...values]])),
    );
  });

  test('that knows the classes in another order answers in that of the run', async () => {
    const names = dataset.classNames;
    const straight = await kept('a', 'mlp', { width: 16, layers: 1 });
    const turned = { ...straight, card: { ...straight.card, key: 'b', classNames: [...names].reverse() } };
    const answers = async (one: KeptForm) => {
      const { lane } = await laneOf(zoo({ 'zoo-1': one.card.key }), [one]);
      return (await lane.midway!.studentOutputs())[1]!;
    };
    const [first, second] = [await answers(straight), await answers(turned)];
    const row = (all: Float32Array) => [...all.subarray(0, names.length)];
    expect(row(second)).toEqual(row(first).reverse());
    expect(row(second)).not.toEqual(row(first));
  });

  test('is refused with a sentence where it cannot answer', async () => {
    const small = await kept('small', 'mlp', { width: 16, layers: 1 }, { image: [8, 8, 1] });
    await expect(laneOf(zoo({ 'zoo-1': 'small' }), [small])).rejects.toThrow(
      '“small” cannot be “Teacher 2”: it takes images of 8×8×1, and those of this run are 16×16×1.',
    );
    const other = await kept(
      'other',
      'mlp',
      { width: 16, layers: 1 },
      { classNames: dataset.classNames.map((n) => `x${n}`) },
    );
    await expect(laneOf(zoo({ 'zoo-1': 'other' }), [other])).rejects.toThrow(
      'it does not know 0, 1, 2, 3 and 6 more',
    );
    await expect(laneOf(zoo({ 'zoo-1': 'gone' }), [])).rejects.toThrow('“Teacher 2” is not in this browser');
  });

  test('a seat the method does not have now is passed over', async () => {
    const { lane } = await laneOf({ method: 'kd', members: { 'zoo-1': 'gone' } }, []);
    expect(lane.options.fixed).toBeUndefined();
  });
});

describe('kept experts to merge', () => {
  const twin = (members: Record<string, string>): Made => ({
    method: 'twin-merging',
    params: { tasks: 2, split: 'views' },
    members,
  });

  test('begin from a kept base, and a stranger among them is refused', async () => {
    const base = await kept('base', 'cnn', CNN);
    const { lane, step } = await laneOf(twin({ base: 'base', 'expert-1': 'base' }), [base]);
    while (lane.phase.id !== 'experts') await step();
    await step();
    const [own, fixed, learned] = [await bits(lane, 0), await bits(lane, 1), await bits(lane, 2)];
    expect(fixed).toEqual(own);
    expect(learned).not.toEqual(own);
    const stranger: KeptForm = {
      card: { ...base.card, key: 'stranger' },
      weights: Object.fromEntries(
        Object.entries(base.weights!).map(([name, v]) => [name, v.map((x) => x + 1)]),
      ),
    };
    const mixed = await laneOf(twin({ base: 'base', 'expert-2': 'stranger' }), [base, stranger]);
    const run = async () => {
      while (!mixed.lane.finished) await mixed.step();
    };
    await expect(run()).rejects.toThrow('did not start from one network');
  });

  test('of another model are refused', async () => {
    const mlp = await kept('k', 'mlp', { width: 16, layers: 1 });
    await expect(laneOf(twin({ base: 'k' }), [mlp])).rejects.toThrow('it is of another model');
  });
});

describe('guests of a zoo that is searched', () => {
  const zooOf3 = (members: Record<string, string>): Made => ({
    method: 'know2vec',
    params: { tasks: 6, train: 0.1, match: 0.45, typical: 1, steps: 1 },
    members,
  });
  const three =
    (key: string, classNames = ['left', 'middle', 'right']) =>
    async () => {
      const { card } = await kept(key, 'mlp', { width: 8, layers: 1 });
      const net = new Network(card.model, { image: card.image, classes: classNames.length }, 7, key);
      const weights = await net.save();
      net.dispose();
      return { card: { ...card, name: key, classNames }, weights };
    };

  test('are asked like the others, whatever their classes, and measured on every task', async () => {
    const guest = await three('g')();
    const { lane, step } = await laneOf(zooOf3({ 'guest-2': 'g' }), [guest]);
    expect(lane.options.guests).toHaveLength(1);
    while (lane.phase.id !== 'match') await step();
    const { zoo, truth } = lane.memory as {
      zoo: { nets: number; trained: number; tasks: number };
      truth: Table;
    };
    expect([zoo.trained, zoo.nets]).toEqual([6, 7]);
    const all = await lane.midway!.compute(() => truth.read(ops.range(0, zoo.tasks, 1, 'int32') as Tensor1D));
    const own = Array.from({ length: zoo.tasks }, (_, task) => all[task * zoo.nets + 6]!);
    for (const share of own) expect(share).toBeGreaterThanOrEqual(0);
    expect(Math.max(...own)).toBeGreaterThan(0);
  });

  test('with another number of classes are refused', async () => {
    const two = await three('two', ['a', 'b'])();
    await expect(laneOf(zooOf3({ 'guest-1': 'two' }), [two])).rejects.toThrow(
      '“two” cannot be “Kept network 1 of the zoo”: it tells 2 classes apart, and a network here 3.',
    );
  });
});

describe('specialists', () => {
  const concentration = (members?: Record<string, string>): Made => ({
    method: 'knowledge-concentration',
    params: { groups: 'lot', count: 2 },
    ...(members ? { members } : {}),
  });

  test('may be a kept network that knows the classes of the vertical', async () => {
    const all = await kept('all', 'mlp', { width: 16, layers: 1 });
    const { lane, step } = await laneOf(concentration({ 'teacher-1': 'all' }), [all]);
    const teacher = () => lane.options.ownTeachers[0]!.network.save();
    const before = await teacher();
    await step();
    expect(await teacher()).toEqual(before);
    const outputs = await lane.midway!.ownTeacherOutputs();
    expect(outputs[0]!.length).toBe(5 * dataset.splits.train.count);
  });
});

describe('a student that follows another one', () => {
  test('moves after the first step of the phase and then every second one, statistics too', async () => {
    const params = { slow: true, keep: 0.75, every: 2, start: 0.1, strategy: 'labels' };
    const { lane, step } = await laneOf({ method: 'fantastic-gains', params }, []);
    while (lane.phase.id !== 'transfer') await step();
    // The first step of the phase was just taken, from a slow copy of what there was before it.
    const at = async () => [await bits(lane, 1), await bits(lane, 0)] as const;
    const [, before] = await at();
    await step();
    expect((await at())[1]).toEqual(before);
    await step();
    const [fast, slow] = await at();
    for (const [name, values] of Object.entries(slow))
      for (const [i, value] of values.entries())
        expect(value).toBeCloseTo(0.75 * before[name]![i]! + 0.25 * fast[name]![i]!, 5);
    expect(slow).not.toEqual(before);
  });
});

test('members are part of a set-up and of its link', () => {
  const config = configOf(zoo({ 'zoo-1': 'key one' }));
  const again = checkConfig(configDifference(config), ready, catalogue);
  expect(again.problems).toEqual([]);
  expect(again.config.students[0]!.members).toEqual({ 'zoo-1': 'key one' });
  const { config: cleaned, problems } = checkConfig(
    { version: 1, students: [{ members: 'all' }, { members: { 'a b': 'x', ok: '' } }] },
    ready,
    catalogue,
  );
  expect(problems.map(({ path }) => path)).toEqual(['students.0.members']);
  expect(cleaned.students.map(({ members }) => members)).toEqual([undefined, undefined]);
});
