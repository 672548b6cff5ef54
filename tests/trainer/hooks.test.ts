/** Networks that run with parts of them changed: every model, and lanes whose method asks for such passes. */
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { AnyValues } from '../../src/core/params';
import { ops } from '../../src/engine/ops/index';
import type { Hooks, Tensor, Tensor4D, Variable } from '../../src/engine/types';
import { gradientsOf } from '../../src/engine/weights';
import type { AnyMethod } from '../../src/methods/index';
import { methods } from '../../src/methods/index';
import { defineMethod } from '../../src/methods/kit';
import { models } from '../../src/models/index';
import { normal } from '../methods/support';
import { bitsOf, dataset, network, run } from './support';

const SMALL: Readonly<Record<string, AnyValues>> = {
  cnn: { width: 4, blocks: 2 },
  resnet: { width: 4 },
  mobile: { width: 4, stages: 2, blocks: 1 },
  mlp: { width: 8, layers: 2 },
  vit: { width: 8, depth: 2, heads: '2' },
  hvit: { width: 8, blocks: 1, heads: '2' },
  kan: { width: 4, side: 4 },
  's-kan': { width: 4, side: 4 },
  'conv-kan': { width: 2, side: 4 },
};
const ALL = models.all.map(({ id }) => [id, SMALL[id] ?? {}] as const);
const { height, width, channels } = dataset.shape;
const images = normal([2, height, width, channels]) as Tensor4D;
const numbers = (x: Tensor) => [...x.dataSync()];

describe.each(ALL)('hooks in %s', (id, params) => {
  const net = network(id, params, 'hooked');
  const forward = (hooks?: Hooks, training = false) => net.forward(images, training, false, hooks);

  it('see every declared tap once, in its shape', () => {
    const seen: [string, readonly number[]][] = [];
    tidy(() => {
      forward({
        tap(name, x) {
          seen.push([name, x.shape.slice(1)]);
          return x;
        },
      });
    });
    expect(Object.fromEntries(seen)).toEqual(net.body.taps);
    expect(seen).toHaveLength(Object.keys(net.body.taps).length);
  });

  it('see every layer with weights, and change nothing by giving back what they get', () => {
    const names = new Set<string>();
    tidy(() => {
      const plain = forward();
      const hooked = forward({
        tap: (_, x) => x,
        layer(name, _, y) {
          names.add(name);
          return y;
        },
      });
      const found = numbers(hooked.logits);
      for (const [i, z] of numbers(plain.logits).entries()) expect(found[i]).toBeCloseTo(z, 5);
      expect(numbers(forward().logits)).toEqual(numbers(plain.logits));
    });
    const unseen = [...net.build.weights.keys()].filter(
      (weight) => weight.includes('/') && ![...names].some((name) => weight.startsWith(`${name}/`)),
    );
    expect(unseen.filter((weight) => !weight.endsWith('/positions'))).toEqual([]);
  });

  it.each(['tap', 'layer'] as const)('pass gradients on: %s', (kind) => {
    const scale = network('mlp', { width: 4, layers: 1 }, 'scale').build.weight('s', [1], 'ones') as Variable;
    const hooks: Hooks =
      kind === 'tap' ? { tap: (_, x) => ops.mul(x, scale) } : { layer: (_, __, y) => ops.mul(y, scale) };
    tidy(() => {
      const [slope] = gradientsOf(() => ops.mean(ops.square(forward(hooks).logits)), [scale]);
      expect(Math.abs(numbers(slope!)[0]!)).toBeGreaterThan(1e-6);
    });
  });

  it('are in its last stage as well', () => {
    tidy(() => {
      const hooks: Hooks = { tap: (_, x) => ops.mul(x, 0.5), layer: (_, __, y) => ops.mul(y, 0.75) };
      const answer = forward(hooks);
      const before = Object.values(answer.taps).at(-2);
      if (!answer.lastStage || !before) return;
      expect(numbers(answer.lastStage(before).logits)).toEqual(numbers(answer.logits));
    });
  });
});

const HALF: Hooks = { tap: (_, x) => ops.mul(x, 0.5) };

/** Learns from labels, by an answer it asks for itself. */
const asking = (answer: (forward: Parameters<AnyMethod['losses']>[0]) => Tensor): AnyMethod =>
  defineMethod({
    ...methods.get('labels-only'),
    params: {},
    terms: { ce: 'Labels' },
    losses: (step) => ({ ce: ops.crossEntropy(answer(step) as typeof step.student.logits, step.targets) }),
  }) as AnyMethod;

describe('a lane', () => {
  const teacher = network('cnn', { width: 4, blocks: 1 }, 'teacher');
  const train = (method: AnyMethod) => run(method, teacher, {}, { steps: 2 });

  it('learns the same by an answer it asks for as by the one it is given', async () => {
    const given = await train(methods.get('labels-only'));
    const asked = await train(asking(({ forward, images }) => forward(images).logits));
    expect(await bitsOf(asked.student)).toEqual(await bitsOf(given.student));
  });

  it('moves statistics once a step however often it runs a network', async () => {
    const once = await train(asking(({ student }) => student.logits));
    const often = await train(
      asking(({ student, forward, images }) => {
        forward(ops.mul(images, 2) as Tensor4D);
        forward(images, { hooks: HALF });
        return student.logits;
      }),
    );
    const bits = await bitsOf(often.student);
    for (const [name, value] of Object.entries(await bitsOf(once.student)))
      if (/mean|variance/.test(name)) expect(bits[name], name).toBe(value);
  });

  it('pays once for a pass that prediction and loss share, and nothing for an answer nobody reads', async () => {
    let passes = 0;
    const counted: Hooks = {
      tap(name, x) {
        if (name === 'stem') passes++;
        return x;
      },
    };
    const shared: AnyMethod = {
      ...asking(({ forward, images }) => forward(images, { hooks: counted }).logits),
      predict: ({ forward, images }) => forward(images, { hooks: counted }).logits,
    };
    const { lane } = await run(shared, teacher, {}, { steps: 1 });
    expect(passes).toBe(1);
    expect(lane.predict(images).shape).toEqual([2, dataset.classNames.length]);
    expect(passes).toBe(2);
  });

  it('runs the teacher with hooks and leaves it as it is', async () => {
    const before = await bitsOf(teacher);
    const { student } = await train(
      asking(({ forward, images, student }) =>
        ops.add(student.logits, forward(images, { teacher: true, hooks: HALF }).logits),
      ),
    );
    expect(await bitsOf(teacher)).toEqual(before);
    expect(await bitsOf(student)).not.toEqual(
      await bitsOf((await train(methods.get('labels-only'))).student),
    );
  });

  it('says which network it has not', async () => {
    await expect(
      train(asking(({ forward, images }) => forward(images, { student: 1 }).logits)),
    ).rejects.toThrow('There is no student 1.');
  });
});
