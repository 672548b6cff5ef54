import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/core/rng';
import type { Tensor2D, Tensor4D, Variable } from '../../src/engine/types';
import { makePass, ops } from '../../src/golden/kit';
import { methods } from '../../src/methods/index';
import method from '../../src/methods/twin-merging';
import { factorsOf, product, rankOf } from '../../src/methods/twin-merging/exclusive';
import { fuse, sameStart, trained } from '../../src/methods/twin-merging/fuse';
import { gates } from '../../src/methods/twin-merging/gates';
import { taskVector } from '../../src/methods/twin-merging/merge';
import type { Parts, Values } from '../../src/methods/twin-merging/parts';
import { deal, type Memory } from '../../src/methods/twin-merging/tasks';
import { peers } from '../trainer/peers';
import { dataset } from '../trainer/support';
import { golden, normal, numbersOf } from './support';

golden('twin-merging');

const TASKS = 3;
const far = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
};
/** A lane between experts and router whose experts were moved by hand, with everything a test may ask of it. */
async function lane(model: string, params: Partial<Values> = {}) {
  const made = peers(methods.get('twin-merging'), {
    students: 1 + TASKS,
    model,
    params: { density: 1, hidden: 8, ...params },
  });
  const { pass, lane: held } = made;
  const at = () => held.params as unknown as Values;
  const memory = (await method.prepare!(pass, at() as never)) as Memory;
  await method.begin!('experts', pass as never, memory, at() as never);
  const { linear } = held.extras as Parts;
  const rng = new Rng(4, 'experts');
  for (let task = 0; task < TASKS; task++) {
    const weights = await pass.weights(1 + task);
    const moved = Object.values(linear).flatMap(({ kernel, bias }) => [kernel, ...(bias ? [bias] : [])]);
    await pass.setWeights(
      1 + task,
      Object.fromEntries(moved.map((name) => [name, weights[name]!.map((x) => x + 0.3 * rng.normal())])),
    );
  }
  const twin = pass as never as Parameters<typeof fuse>[0];
  return { ...made, twin, extras: held.extras as Parts, memory, at, merge: () => fuse(twin, memory, at()) };
}

const { shape } = dataset;
const images = () => normal([4, shape.height, shape.width, shape.channels], 7) as Tensor4D;
const oneHot = (task: number) => ops.oneHot(ops.tensor1d([task, task, task, task], 'int32'), TASKS);

type Made = Awaited<ReturnType<typeof lane>>;

/** Features of the network with weights `w` of the experts. */
const features = ({ lane: held, extras, at }: Made, w: Tensor2D, x = images()) =>
  numbersOf(() => held.prediction(x).forward(x, { hooks: gates(ops, extras, at(), w) }).embedding);
const plain = ({ lane: held }: Made, student: number, x = images()) =>
  numbersOf(() => held.prediction(x).forward(x, { student }).embedding);

describe.each(['cnn', 'mobile', 'vit'])('the merged network of each input, %s', (model) => {
  it('is an expert where all of it is kept and it has all the weight, and the shared one where nothing is', async () => {
    const made = await lane(model);
    await made.merge();
    for (let task = 0; task < TASKS; task++)
      expect(far(await features(made, oneHot(task)), await plain(made, 1 + task))).toBeLessThan(2e-5);
    const shared = await plain(made, 0);
    expect(far(shared, await plain(made, 1))).toBeGreaterThan(0.01);
    made.lane.params = { ...made.lane.params, density: 0 };
    expect(await features(made, oneHot(0))).toEqual(shared);
    made.dispose();
  });

  it('is what merging its weights one by one would give', async () => {
    const made = await lane(model, { density: 0.5 });
    await made.merge();
    const w = ops.softmax(normal([4, TASKS], 3, 2)) as Tensor2D;
    const shares = await numbersOf(() => w.clone());
    const batched = await features(made, w);
    const shared = await made.pass.weights(0);
    const { extras } = made;
    const width = batched.length / 4;
    for (let row = 0; row < 4; row++) {
      const own: Record<string, Float32Array> = {};
      for (const [name, { kernel, bias, inputs, outputs }] of Object.entries(extras.linear)) {
        if (name === 'head') continue;
        const apart = await Promise.all(
          Array.from({ length: TASKS }, async (_, task) =>
            taskVector(shared, await made.pass.weights(1 + task)),
          ),
        );
        const rank = rankOf(0.5, Math.min(inputs, outputs));
        const cut = apart.map((v) =>
          product(
            factorsOf(v[kernel]!, [inputs, outputs], { mask: 'svd', density: 1, uniform: () => [] }),
            [inputs, outputs],
            rank,
          ),
        );
        const weigh = (from: Float32Array, of: readonly Float64Array[]) =>
          from.map((x, i) => x + of.reduce((sum, v, task) => sum + shares[row * TASKS + task]! * v[i]!, 0));
        own[kernel] = weigh(shared[kernel]!, cut);
        if (bias)
          own[bias] = weigh(
            shared[bias]!,
            apart.map((v) => v[bias]!),
          );
      }
      await made.pass.setWeights(0, own);
      const alone = (await plain(made, 0)).slice(row * width, (row + 1) * width);
      expect(far(batched.slice(row * width, (row + 1) * width), alone)).toBeLessThan(1e-4);
    }
    made.dispose();
  });
});

describe('the shared network', () => {
  it('is the base at 0, and the plain average at one over the number of experts', async () => {
    const made = await lane('cnn', { gamma: 0 });
    const { base } = await trained(made.twin, made.at());
    await made.merge();
    const names = Object.keys(base);
    const now = await made.pass.weights(0);
    for (const name of names) expect([...now[name]!]).toEqual(Array.from(base[name]!, Math.fround));
    made.lane.params = { ...made.lane.params, gamma: 1 / TASKS };
    await made.merge();
    const [average, experts] = [
      await made.pass.weights(0),
      await Promise.all([1, 2, 3].map((i) => made.pass.weights(i))),
    ];
    for (const name of names) {
      const mean = average[name]!.map((_, i) => experts.reduce((sum, e) => sum + e[name]![i]!, 0) / TASKS);
      expect(far(average[name]!, mean)).toBeLessThan(1e-6);
    }
    made.dispose();
  });

  it('is made anew by a moved factor as it would have been from the start, and by the same value not at all', async () => {
    const [moved, fresh] = [await lane('cnn', { gamma: 0.8 }), await lane('cnn', { gamma: 0.4 })];
    await moved.merge();
    await fresh.merge();
    moved.lane.params = { ...moved.lane.params, gamma: 0.4 };
    await method.retune!('router', moved.pass as never, moved.memory, moved.at() as never);
    const w = ops.softmax(normal([4, TASKS], 3)) as Tensor2D;
    const before = await features(moved, w);
    expect(before).toEqual(await features(fresh, w));
    await method.retune!('router', moved.pass as never, moved.memory, moved.at() as never);
    expect(await features(moved, w)).toEqual(before);
    for (const made of [moved, fresh]) made.dispose();
  });

  it('follows the rank at once, without being made anew', async () => {
    const made = await lane('cnn', { density: 0.3 });
    await made.merge();
    const w = oneHot(1);
    const few = await features(made, w);
    made.lane.params = { ...made.lane.params, density: 1 };
    expect(far(await features(made, w), await plain(made, 2))).toBeLessThan(2e-5);
    expect(far(few, await plain(made, 2))).toBeGreaterThan(1e-3);
    made.dispose();
  });
});

it('compares the ways of merging, and leaves the shared network as it was', async () => {
  const made = await lane('cnn', { mask: 'magnitude', density: 0.5 });
  await made.merge();
  const w = ops.softmax(normal([4, TASKS], 3)) as Tensor2D;
  const [before, merged] = [await made.pass.weights(0), await features(made, w)];
  await method.begin!('compare', made.pass as never, made.memory, made.at() as never);
  expect(await made.pass.weights(0)).toEqual(before);
  expect(await features(made, w)).toEqual(merged);
  const { scores, sweeps } = made.extras;
  const numbers = (state: Variable) => numbersOf(() => ops.mul(state, 1));
  for (const [mode, head] of [scores.oracle, scores.routed].entries()) {
    const means = (await numbers(head)).filter((_, i) => i % (1 + TASKS) === 0);
    const [base, , arithmetic, , , twin] = means;
    const row = async (sweep: Variable) => (await numbers(sweep)).slice(6 * mode, 6 * mode + 6);
    expect((await row(sweeps.gamma)).slice(0, 2)).toEqual([mode, base]);
    const density = await row(sweeps.density);
    expect([density[1], density[3]]).toEqual([arithmetic, twin]);
  }
  made.dispose();
});

it('does not ask in which order experts stand, as long as the router knows', async () => {
  const [one, other] = [await lane('cnn'), await lane('cnn')];
  const order = [2, 0, 1];
  const weights = await Promise.all(order.map((task) => one.pass.weights(1 + task)));
  for (const [i, expert] of weights.entries()) await other.pass.setWeights(1 + i, expert);
  for (const made of [one, other]) await made.merge();
  const w = ops.softmax(normal([4, TASKS], 3)) as Tensor2D;
  const turned = ops.gather(w, ops.tensor1d(order, 'int32'), 1) as Tensor2D;
  expect(far(await features(one, w), await features(other, turned))).toBeLessThan(1e-5);
  for (const made of [one, other]) made.dispose();
});

it('refuses experts that did not start from one network', async () => {
  const made = await lane('cnn');
  const weights = await made.pass.weights(2);
  await made.pass.setWeights(2, { 'stage1/norm/scale': weights['stage1/norm/scale']!.map((x) => x + 1e-6) });
  await expect(made.merge()).rejects.toThrow(/did not start from one network/);
  expect(() => taskVector({ a: [1, 2] }, { a: [1] })).toThrow(/one form/);
  expect(() => sameStart({ a: Float32Array.of(1) }, { a: Float32Array.of(2) }, ['a'])).not.toThrow();
  made.dispose();
});

describe('tasks', () => {
  const params = (split: Values['split']) => ({ split, tasks: 3 }) as Values;
  const pass = () => makePass(new Int32Array(4), 7);
  const rows = async ({ classes }: Memory) => numbersOf(() => classes.read(ops.range(0, 3, 1, 'int32')));

  it('have every class once when classes are dealt out, and all classes when they are views', async () => {
    const memory = deal(pass(), params('lot'));
    const mine = await rows(memory);
    for (let label = 0; label < 7; label++)
      expect([0, 1, 2].map((task) => mine[task * 7 + label])).toEqual(
        [0, 1, 2].map((task) => Number(memory.taskOf[label] === task)),
      );
    expect([0, 1, 2].map((task) => memory.taskOf.filter((t) => t === task).length).sort()).toEqual([2, 2, 3]);
    expect(await rows(deal(pass(), params('views')))).toEqual(new Array(21).fill(1));
  });

  it('keep groups together', () => {
    const groups = [{ name: 'folder', names: ['a', 'b', 'c', 'd'], of: [0, 0, 1, 1, 2, 2, 3] }];
    expect(deal({ ...pass(), groups }, params('groups')).taskOf).toEqual([0, 0, 1, 1, 2, 2, 0]);
  });
});
