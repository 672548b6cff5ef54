import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import { ops } from '../../src/engine/ops';
import type { Tensor, Tensor4D } from '../../src/engine/types';
import { models } from '../../src/models';

function make(id: string, params: object, image = [8, 8, 1]) {
  const model = models.get(id);
  const build = new NetworkBuild(5, 'last-stage');
  const values = { ...defaults(model.params as Schema), ...params } as AnyValues;
  const body = model.build(build, ops, { image, classes: 3 }, values);
  const x = tf.randomNormal(
    [2, ...image] as [number, number, number, number],
    0,
    1,
    'float32',
    6,
  ) as Tensor4D;
  return { build, body, x };
}

const small = { width: 8, blocks: 1, heads: '2' };
const NETS: [string, object, string][] = [
  ['vit', { width: 8, depth: 1, heads: '2' }, 'stem'],
  ['vit', { width: 8, depth: 3, heads: '2' }, 'stage2'],
  ['hvit', small, 'stage1'],
  ['hvit', { ...small, stages: 3 }, 'stage2'],
  ['cnn', { width: 4, blocks: 1 }, 'stem'],
  ['cnn', { width: 4, blocks: 3, head: 'average' }, 'stage2'],
  ['resnet', { width: 4 }, 'stage2'],
  ['mobile', { width: 4, stages: 1 }, 'stem'],
  ['mlp', { width: 4, layers: 2 }, 'stage1'],
  ['kan', { width: 4, layers: 2 }, 'stage1'],
  ['s-kan', { width: 4, layers: 2 }, 'stage1'],
  ['conv-kan', { width: 2, layers: 2 }, 'stage1'],
];

describe('the last stage', () => {
  it.each(NETS)('of %s %o continues %s as the network does', (id, params, before) => {
    const { build, body, x } = make(id, params);
    // In training too: batch norm takes its statistics from the batch.
    for (const training of [true, false])
      tf.tidy(() => {
        Object.assign(build, { training, updateStatistics: false });
        const { taps, embedding, logits, normed } = body.forward(x);
        const names = Object.keys(body.taps);
        expect(names.at(-2)).toBe(before);
        const tap = taps[names.at(-1)!]!;
        const end = body.lastStage!(taps[before]!);
        expect(end.tap.dataSync()).toEqual(tap.dataSync());
        expect(end.normed.dataSync()).toEqual((normed ?? tap).dataSync());
        expect(end.embedding.dataSync()).toEqual(embedding.dataSync());
        expect(end.logits.dataSync()).toEqual(logits.dataSync());
        expect(end.normed.shape).toEqual(end.tap.shape);
      });
    build.dispose();
  });

  it.each(NETS)('of %s %o passes gradients to what it is given', (id, params, before) => {
    const { build, body, x } = make(id, params);
    build.updateStatistics = false;
    tf.tidy(() => {
      const features = body.forward(x).taps[before]!;
      const slope = tf.grad((t: Tensor) => tf.sum(tf.square(body.lastStage!(t).logits)))(features);
      const images = tf.max(tf.reshape(tf.abs(slope), [2, -1]), 1).dataSync();
      expect(Math.min(...images)).toBeGreaterThan(0);
    });
    build.dispose();
  });

  it('is missing where there is no layer before the last', () => {
    for (const id of ['mlp', 'kan', 's-kan', 'conv-kan']) {
      const { build, body } = make(id, { width: 4, layers: 1 });
      expect(body.lastStage).toBeUndefined();
      build.dispose();
    }
  });
});

describe('the hierarchical vit', () => {
  it.each([
    [28, 8],
    [32, 8],
    [16, 8],
    [8, 4],
  ])('cuts %i pixels into %i cells a side, and halves them', (size, cells) => {
    const { build, body } = make('hvit', small, [size, size, 3]);
    expect(body.taps).toEqual({
      stem: [cells, cells, 8],
      stage1: [cells, cells, 8],
      stage2: [cells / 2, cells / 2, 16],
    });
    expect(body.embedding).toBe(16);
    build.dispose();
  });

  it('has about half a million weights at the size of the reference', () => {
    const { build } = make('hvit', { width: 64 }, [32, 32, 3]);
    expect(build.parameters).toBeGreaterThan(450_000);
    expect(build.parameters).toBeLessThan(550_000);
    build.dispose();
  });

  it('merges the four neighbours of a cell, column by column, and no others', () => {
    const { build, body } = make('hvit', { ...small, heads: '1' });
    const [h, w, c] = body.taps['stage1'] as [number, number, number];
    tf.tidy(() => {
      // Without attention output and MLP output the blocks of the stage pass tokens on, so the tap is the merging.
      for (const [name, weight] of build.weights)
        if (/stage2\/block1\/(attention\/out|down)/.test(name))
          weight.assign(tf.zerosLike(weight) as typeof weight);
      const map = tf.randomNormal([1, h, w, c], 0, 1, 'float32', 3);
      const cell = (y: number, x: number) => tf.slice(map, [0, y, x, 0], [1, 1, 1, c]);
      const joined = tf.reshape(tf.concat([cell(2, 0), cell(3, 0), cell(2, 1), cell(3, 1)]), [1, 4 * c]);
      const centred = tf.sub(joined, tf.mean(joined));
      const normed = tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred)), 1e-5)));
      const wanted = tf
        .matMul(normed, build.weights.get('stage2/merge/reduce/weight') as tf.Tensor)
        .dataSync();
      const tap = body.lastStage!(map).tap;
      const made = tf.slice(tap, [0, 1, 0, 0], [1, 1, 1, 2 * c]).dataSync();
      expect([...made]).toEqual([...wanted].map((v) => expect.closeTo(v, 5)));
    });
    expect(build.weights.has('stage2/merge/reduce/bias')).toBe(false);
    build.dispose();
  });

  it('pools the normalised map into what the head reads', () => {
    const { build, body, x } = make('hvit', small);
    tf.tidy(() => {
      const { normed, embedding } = body.forward(x);
      expect(ops.globalAveragePool(normed!).dataSync()).toEqual(embedding.dataSync());
      const spread = tf.moments(normed!, 3);
      for (const mean of spread.mean.dataSync()) expect(mean).toBeCloseTo(0, 5);
      for (const variance of spread.variance.dataSync()) expect(variance).toBeCloseTo(1, 2);
    });
    build.dispose();
  });
});
