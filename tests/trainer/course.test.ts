import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import type { Tensor4D } from '../../src/engine/types';
import { models } from '../../src/models';
import type { Stage } from '../../src/models/kit';
import { Course } from '../../src/trainer/course';
import { Network } from '../../src/trainer/network';
import type { Span } from '../../src/trainer/phases';

const INPUT = { image: [8, 8, 1], classes: 3 };
const SMALL = { width: 4, layers: 1, side: 4 };

const network = (id = 's-kan', params: object = {}) =>
  new Network({ id, params: { ...defaults(models.get(id).params), ...SMALL, ...params } }, INPUT, 1, 'test');

const span = (start: number, end: number): Span<unknown> => ({ id: 'main', phase: {}, start, end });
const images = tf.randomNormal([5, 8, 8, 1], 0, 1, 'float32', 3) as Tensor4D;
const answer = (net: Network) => [...tf.tidy(() => net.forward(images, false).logits).dataSync()];

/** Distinct preferences per node, as training would leave them. */
function lean(net: Network): void {
  for (const [name, weight] of net.build.weights)
    if (name.endsWith('/select')) weight.assign(tf.randomNormal(weight.shape, 0, 1, 'float32', 9) as never);
}

const state = (net: Network, name: string) => net.build.states.get(name)!.dataSync()[0]!;

describe('the stages of an S-KAN', () => {
  it('take 30, 30 and 40 % of the steps', async () => {
    const net = network();
    const course = new Course([net], [span(0, 100)]);
    const bounds: number[] = [];
    for (let step = 0; step < 100; step++) {
      await course.turn(step);
      if (course.prepare(step)) bounds.push(step);
      expect(course.variables().length).toBe(net.build.weights.size - (step >= 30 && step < 60 ? 0 : 1));
    }
    expect(bounds).toEqual([30, 60]);
    expect(course.within(span(0, 100))).toEqual({ start: 60, end: 100 });
    net.dispose();
  });

  it('count only the steps in which the network trains', async () => {
    const net = network();
    const course = new Course([net], [span(0, 50), span(150, 200)]);
    const bounds: number[] = [];
    for (let step = 0; step < 200; step++) {
      await course.turn(step);
      if (course.prepare(step)) bounds.push(step);
    }
    expect(bounds).toEqual([30, 160]);
    net.dispose();
  });

  it('cool the selection, weigh its entropy, and hold the rate until it is pruned', async () => {
    const net = network();
    const course = new Course([net], [span(0, 100)]);
    const at = async (step: number) => {
      await course.turn(step);
      course.prepare(step);
      const { schedule } = course.optimizer({ schedule: 'cosine' } as never);
      return [state(net, 'select/temperature'), state(net, 'select/entropy'), schedule];
    };
    expect(await at(0)).toEqual([1, 0, 'constant']);
    expect(await at(29)).toEqual([1, 0, 'constant']);
    expect(await at(45)).toEqual([expect.closeTo(0.625, 6), expect.closeTo(0.005, 6), 'constant']);
    expect(await at(59)).toEqual([expect.closeTo(0.275, 6), expect.closeTo(29 / 3000, 6), 'constant']);
    expect(await at(60)).toEqual([0.25, 0, 'cosine']);
    net.dispose();
  });

  it('leave other networks alone', async () => {
    const net = network('mlp');
    const course = new Course([net], [span(0, 10)]);
    await course.turn(0);
    expect([course.prepare(0), course.penaltyLabel]).toEqual([false, undefined]);
    expect(course.variables()).toEqual([...net.build.weights.values()]);
    expect(course.within(span(2, 7))).toEqual({ start: 2, end: 7 });
    net.dispose();
  });
});

describe('pruning', () => {
  const cases = [
    ['s-kan', 16, 4],
    ['conv-kan', 9, 4],
  ] as const;
  it.each(cases)('%s: the same answers before and after folding, bit for bit', async (id, nodes, outputs) => {
    const net = network(id);
    lean(net);
    const layer = { 's-kan': 'stage1/kan', 'conv-kan': 'stage1/kan' }[id];
    const before = await net.save();
    const stage = net.body.schedule!.stages['pruned'] as Stage;
    const after = stage.begin!(before);
    const kept = after[`${layer}/kept`]!;
    // Before: only the preferred family counts, with the share it had. After: the share is in its coefficients.
    const logits = net.build.weights.get(`${layer}/select`)!.arraySync() as number[][];
    const shares = logits.flatMap((row) => {
      const sum = row.reduce((total, a) => total + Math.exp(a), 0);
      return row.map((a) => Math.exp(a) / sum);
    });
    net.set({
      [`${layer}/kept`]: kept.map((on, at) => on * shares[at]!),
      'select/pruned': Float32Array.of(1),
    });
    const oneHot = answer(net);
    await net.change(() => after);
    expect(answer(net)).toEqual(oneHot);
    expect(new Set(oneHot).size).toBeGreaterThan(5);

    const sizes = [8, 8, 5, 3];
    const left = kept.reduce((n, on, at) => n + on * sizes[at % 4]!, 0);
    expect(kept.reduce((a, b) => a + b)).toBe(nodes);
    expect(net.build.parameters - net.parameters).toBe(nodes * 4 + (nodes * 24 - left) * outputs);
    net.dispose();
  });

  it('is not undone by training, and is kept with a saved network', async () => {
    const net = network();
    lean(net);
    const course = new Course([net], [span(0, 10)]);
    for (const step of [0, 6]) {
      await course.turn(step);
      course.prepare(step);
    }
    const targets = tf.randomUniform([5, 3], 0, 1, 'float32', 2);
    const { grads } = tf.variableGrads(
      () => tf.mean(tf.mul(net.forward(images, true).logits, targets)) as tf.Scalar,
      course.variables(),
    );
    const kept = net.build.states.get('stage1/kan/kept')!.arraySync() as number[][];
    ['bspline', 'rbf', 'cheby', 'wavelet'].forEach((family, m) => {
      const weight = net.build.weights.get(`stage1/kan/${family}`)!;
      const slope = tf.squeeze(tf.max(tf.abs(grads[weight.name]!), [1, 3])).dataSync();
      const value = tf.squeeze(tf.max(tf.abs(weight), [1, 3])).dataSync();
      kept.forEach((row, node) => {
        expect([slope[node]! > 0, value[node]! > 0], `${family} ${node}`).toEqual([
          row[m] === 1,
          row[m] === 1,
        ]);
      });
    });
    const copy = network();
    copy.load(await net.save());
    expect(answer(copy)).toEqual(answer(net));
    expect(copy.parameters).toBe(net.parameters);
    expect(copy.parameters).toBeLessThan(0.6 * copy.build.parameters);
    net.dispose();
    copy.dispose();
  });

  it('a pool of one family has no entropy, no logits and no schedule', () => {
    const net = network('conv-kan', { space: 'rbf' });
    expect(net.body.schedule).toBeUndefined();
    expect([...net.build.weights.keys()].filter((name) => name.endsWith('select'))).toEqual([]);
    net.dispose();
  });
});

describe('pictures', () => {
  it.each(['s-kan', 'conv-kan'])('%s shows shares that add up to 1, and curves', (id) => {
    const net = network(id, { layers: 2 });
    lean(net);
    tf.tidy(() => {
      const { families, nodes, curves } = net.body.probe!();
      expect(Object.keys(models.get(id).panels!)).toEqual(['families', 'nodes', 'curves']);
      expect(tf.sum(families!).arraySync()).toBeCloseTo(1, 5);
      for (const sum of tf.sum(nodes!, 1).dataSync()) expect(sum).toBeCloseTo(1, 5);
      expect(curves!.shape).toEqual([24, 42]);
    });
    net.dispose();
  });

  it('draw the curve that the layer computes', () => {
    const net = network('s-kan', { side: 4, width: 4 });
    lean(net);
    const { weights } = net.build;
    tf.tidy(() => {
      // Edge 0 joins node 0 and output 0: the others are silent for an input that is not 0 at node 0 only.
      const curve = tf.slice(net.body.probe!()['curves']!, [0, 1], [1, 41]).dataSync();
      const at = (family: string) =>
        tf.slice(weights.get(`stage1/kan/${family}`)!, [0, 0, 0, 0], [1, -1, 1, 1]).dataSync();
      const s = tf.slice(tf.softmax(weights.get('stage1/kan/select')!), [0, 0], [1, 4]).dataSync();
      const base = at('base')[0]!;
      const [x, t] = [2.5, Math.tanh(2.5)];
      const cheby = [1, t, 2 * t * t - 1, 4 * t ** 3 - 3 * t, 8 * t ** 4 - 8 * t * t + 1];
      const hat = (u: number) =>
        (2 / (Math.sqrt(3) * Math.PI ** 0.25)) * (u * u - 1) * Math.exp((-u * u) / 2);
      const dot = (family: string, values: number[]) =>
        [...at(family)].reduce((sum, c, i) => sum + c * (values[i] ?? 0), 0);
      const bumps = Array.from({ length: 8 }, (_, i) => Math.exp(-((((x + 2 - (i * 4) / 7) * 7) / 4) ** 2)));
      const spline = Array.from({ length: 8 }, (_, i) => {
        const v = Math.abs(t - (-1.4 + 0.4 * i)) / 0.4;
        return (Math.max(0, 2 - v) ** 3 - 4 * Math.max(0, 1 - v) ** 3) / 6;
      });
      const parts = [
        dot('bspline', spline),
        dot('rbf', bumps),
        dot('cheby', cheby),
        dot(
          'wavelet',
          [-1, 0, 1].map((c) => hat(x - c)),
        ),
      ];
      const wanted = (base * x) / (1 + Math.exp(-x)) + parts.reduce((sum, part, m) => sum + part * s[m]!, 0);
      expect(curve[40]).toBeCloseTo(wanted, 4);
    });
    net.dispose();
  });
});
