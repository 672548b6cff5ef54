import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor2D, Tensor4D } from '../../src/engine/types';
import { writeTensor } from '../../src/engine/weights';
import { fixedRandom, ops } from '../../src/golden/kit';
import method from '../../src/methods/scalearn';
import { answer } from '../../src/methods/scalearn/answer';
import { fusionParameters, transferParameters } from '../../src/methods/scalearn/maths';
import { alone, partsOf } from '../../src/methods/scalearn/parts';
import { phasesOf } from '../../src/methods/scalearn/phases';
import { averaged, coarser } from '../../src/methods/scalearn/study';
import { maskedLoss } from '../../src/methods/scalearn/train';
import { EVALUATION, Passes } from '../../src/trainer/passes';
import { bitsOf, dataset, network, run } from '../trainer/support';
import { golden, normal, numbersOf } from './support';

golden('scalearn');

const TASKS = [
  { name: 'a', classes: 3 },
  { name: 'b', classes: 2 },
];
const { height, width, channels } = dataset.shape;
const images = normal([3, height, width, channels]) as Tensor4D;
const classes = dataset.classNames.length;

/** A transformer with adapters whose values are far from 0, and its answers. */
function scene(
  changed: Partial<typeof method.params extends infer P ? Record<keyof P, unknown> : never> = {},
) {
  const params = { ...defaults(method.params), ...changed } as never;
  const net = network('vit', { width: 8, depth: 2, heads: '2' }, 'student');
  const build = new NetworkBuild(1, 'extras');
  const facts = { classes, tasks: TASKS, samples: 4, image: [height, width, channels] };
  const extras = partsOf(build, { params, ...facts, student: net.shapes, teacher: undefined });
  for (const [name, weight] of build.weights)
    if (name.startsWith('adapt/'))
      writeTensor(weight, Float32Array.from(normal(weight.shape, name.length).dataSync()));
  const lane = { students: [net], ownTeachers: [], frozenTeacher: undefined };
  const { forward, answers } = new Passes(lane, EVALUATION);
  const students = answers(images);
  const given = { ops, params, extras, phase: 'transfer', images, forward, students, student: students[0]! };
  const set = (value: (task: number) => number) => {
    for (const [name, weight] of build.weights) {
      const task = Number(/^transfer\/scale\/(\d)/.exec(name)?.[1] ?? Number.NaN);
      if (!Number.isNaN(task)) writeTensor(weight, new Float32Array(weight.size).fill(value(task)));
    }
  };
  return { net, build, extras, given, set, forward };
}

const read = (x: () => Tensor) => numbersOf(x);

describe('the study of learnt scales', () => {
  it('averages scales to forms of fewer numbers only', () => {
    expect(coarser('scalearn')).toEqual(['scalearn', 'scalearn++', 'uniform', 'uniform++']);
    expect(coarser('scalearn++')).toEqual(['scalearn++', 'uniform++']);
    expect(coarser('uniform')).toEqual(['uniform', 'uniform++']);
    expect(coarser('uniform++')).toEqual(['uniform++']);
  });

  it('leaves scales alone that are equal everywhere, and takes means of others', async () => {
    const { given, extras, set, build } = scene();
    const { params } = given;
    set((task) => task / 2);
    for (const form of coarser('scalearn')) {
      const scales = averaged(ops, extras, params, form)(extras.taps[0]!);
      for (const [task, scale] of scales.entries())
        for (const value of await read(() => scale)) expect(value).toBeCloseTo(task / 2, 6);
    }
    const [name, weight] = [...build.weights].find(([key]) => key.startsWith('transfer/scale/1'))!;
    writeTensor(
      weight,
      Float32Array.from({ length: weight.size }, (_, i) => i),
    );
    const tap = extras.taps.find((one) => name.endsWith(one))!;
    const one = averaged(ops, extras, params, 'uniform')(tap)[1]!;
    expect((await read(() => one))[0]).toBeCloseTo((weight.size - 1) / 2, 5);
  });

  it('is made after the last step: accuracy as learnt, and a grid of two adapters', async () => {
    const teacher = network('mlp', { width: 8, layers: 1 }, 'teacher');
    const { lane } = await run(method, teacher, {}, { steps: 6 });
    await lane.turn();
    const { study } = lane.extras as ReturnType<typeof partsOf>;
    const trade = await read(() => study!.trade.clone());
    const logits = await lane.midway!.held.answers((step) => answer(step as never));
    const { labels, classes: k } = lane.midway!.held;
    const right = [...labels].filter((label, row) => {
      const own = [...logits.subarray(row * k, (row + 1) * k)];
      return own.indexOf(Math.max(...own)) === label;
    });
    expect(trade[1]).toBeCloseTo(right.length / labels.length, 6);
    expect(trade.filter((_, i) => i % 2 === 0)).toEqual(
      [...trade.filter((_, i) => i % 2 === 0)].sort((a, b) => b - a),
    );
    const grid = await read(() => study!.grid.clone());
    expect(grid).toHaveLength(25);
    for (const share of grid) expect(share * labels.length).toBeCloseTo(Math.round(share * labels.length), 4);
    // Without source tasks only the target's own adapter is there: rows are alike.
    expect(grid.slice(0, 5)).toEqual(grid.slice(5, 10));
  });
});

describe('scales', () => {
  it('of one task alone are the network with its adapters, exactly', async () => {
    const { given, extras, set, forward } = scene();
    for (const task of [0, 1, 2]) {
      set((t) => Number(t === task));
      const mixed = await read(() => answer(given));
      const { embedding } = forward(images, { hooks: alone(ops, extras, task) });
      expect(mixed).toEqual(await read(() => extras.head(embedding).clone()));
    }
  });

  it('of 0 are the frozen network, exactly', async () => {
    const { given, extras, set, net } = scene();
    set(() => 0);
    const plain = await read(() => extras.head(net.forward(images, false).embedding));
    expect(await read(() => answer(given))).toEqual(plain);
  });

  it('may change places together with their adapters', async () => {
    const { given, extras, set } = scene();
    set((t) => 0.3 + 0.4 * t);
    const before = await read(() => answer(given));
    const turned = {
      ...extras,
      adapters: [...extras.adapters].reverse(),
      scales: [...extras.scales].reverse(),
    };
    const after = await read(() => answer({ ...given, extras: turned }));
    for (const [i, z] of before.entries()) expect(after[i]).toBeCloseTo(z, 5);
  });

  it('of a task whose slider is at 0 do not count', async () => {
    const { given, set } = scene();
    set((t) => (t === 1 ? 0 : 0.5));
    const without = await read(() => answer(given));
    set(() => 0.5);
    const all = await read(() => answer(given));
    expect(all).not.toEqual(without);
    const params = { ...(given.params as object), task2: 0 } as never;
    expect(await read(() => answer({ ...given, params }))).toEqual(without);
  });

  it('are left out at random in training only, and never in Uniform++', async () => {
    const { given, set } = scene();
    set(() => 0.5);
    const still = await read(() => answer(given));
    expect(await read(() => answer(given, fixedRandom(3)))).not.toEqual(still);
    const one = scene({ form: 'uniform++' });
    one.set(() => 0.5);
    expect(await read(() => answer(one.given, fixedRandom(3)))).toEqual(await read(() => answer(one.given)));
  });

  it.each(['scalearn', 'uniform', 'scalearn++', 'uniform++'] as const)(
    'are as many as the formula says, and start near 2 / n: %s',
    (form) => {
      const { build } = scene({ form });
      const found = [...build.weights].filter(([name]) => name.startsWith('transfer/scale/'));
      const count = found.reduce((n, [, weight]) => n + weight.size, 0);
      // Taps of the transformer: stem and two blocks, all of width 8; three tasks with the target's own.
      expect(count).toBe(transferParameters(form, [8, 8, 8], 3));
      for (const [, weight] of found)
        for (const value of weight.dataSync()) expect(Math.abs(value - 2 / 3)).toBeLessThan(0.006);
    },
  );

  it('of a fusion are three square matrices a layer', () => {
    const { build } = scene({ transfer: 'fusion' });
    const found = [...build.weights].filter(([name]) => name.startsWith('transfer/fusion/'));
    expect(found.reduce((n, [, weight]) => n + weight.size, 0)).toBe(fusionParameters([8, 8, 8]));
  });
});

it('a fusion of equal adapters is that adapter, whatever it attends to', async () => {
  const { given, extras, forward } = scene({ transfer: 'fusion' });
  const same = { ...extras, adapters: extras.adapters.map(() => extras.adapters[0]!) };
  const found = await read(() => answer({ ...given, extras: same }));
  const wanted = await read(() =>
    extras.head(forward(images, { hooks: alone(ops, extras, 0) }).embedding).clone(),
  );
  for (const [i, z] of wanted.entries()) expect(found[i]).toBeCloseTo(z, 4);
});

it('rows without a label do not count', async () => {
  const z = normal([4, 3], 5) as Tensor2D;
  const labels = (values: number[]) => ops.tensor1d(values, 'int32');
  const some = await read(() => maskedLoss(ops, z, labels([2, -1, 0, -1])));
  const rows = ops.gather(z, labels([0, 2]));
  const wanted = await read(() => ops.crossEntropy(rows, ops.oneHot(labels([2, 0]), 3)));
  expect(some[0]).toBeCloseTo(wanted[0]!, 6);
  expect((await read(() => maskedLoss(ops, z, labels([-1, -1, -1, -1]))))[0]).toBeCloseTo(0, 9);
});

describe('a lane', () => {
  const teacher = network('mlp', { width: 8, layers: 1 }, 'teacher');
  const bits = async (params: AnyValues, steps: number) => {
    const { student, lane } = await run(method, teacher, params, { steps, of: 6 });
    const extras = Object.fromEntries(
      [...lane.extrasBuild.weights].map(([name, w]) => [name, [...w.dataSync()].join()]),
    );
    return { student: await bitsOf(student), extras, lane };
  };
  const changed = (a: Record<string, string>, b: Record<string, string>) =>
    Object.keys(a).filter((name) => a[name] !== b[name]);

  it('changes only what its stage trains', async () => {
    const params = { backbone: 0.34, adapters: 0.33 };
    expect(Object.keys(phasesOf({ ...defaults(method.params), ...params }))).toEqual([
      'backbone',
      'adapters',
      'transfer',
      'study',
    ]);
    const [at2, at4, at6] = [await bits(params, 2), await bits(params, 4), await bits(params, 6)];
    expect(changed(at2.student, at4.student)).toEqual([]);
    expect(changed(at4.student, at6.student)).toEqual([]);
    const [second, third] = [changed(at2.extras, at4.extras), changed(at4.extras, at6.extras)];
    expect(second.length).toBeGreaterThan(0);
    expect(second.filter((name) => !name.startsWith('adapt/'))).toEqual([]);
    expect(third).toEqual(Object.keys(at4.extras).filter((name) => name.startsWith('transfer/')));
    // A slider acts on what is evaluated at once.
    const before = await read(() => at6.lane.predict(images).clone());
    at6.lane.adjust({ ...at6.lane.params, own: 0 }, at6.lane.options.optimizer);
    expect(await read(() => at6.lane.predict(images).clone())).not.toEqual(before);
  });

  it('fine-tunes the whole network where it is asked to', async () => {
    const params = { backbone: 0.34, transfer: 'all' };
    const [at2, at6] = [await bits(params, 2), await bits(params, 6)];
    expect(changed(at2.student, at6.student)).toContain('stage1/conv/filter');
    expect(changed(at2.extras, at6.extras).every((name) => name.startsWith('transfer/'))).toBe(true);
  });
});
