import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import { ops } from '../../src/engine/ops';
import type { Tensor4D } from '../../src/engine/types';
import { models } from '../../src/models';
import type { ModelInput } from '../../src/models/kit';

const BATCH = 3;
const ids = ['mlp', 'cnn', 'resnet', 'mobile', 'vit', 'hvit', 'kan', 's-kan', 'conv-kan'];

function make(id: string, input: ModelInput, params: object = {}) {
  const model = models.get(id);
  const build = new NetworkBuild(7, `test/${id}`);
  const body = model.build(build, ops, input, {
    ...defaults(model.params as Schema),
    ...params,
  } as AnyValues);
  return { build, body };
}

const images = (shape: readonly number[], batch = BATCH): Tensor4D =>
  tf.randomNormal([batch, ...shape] as [number, number, number, number], 0, 1, 'float32', 5);

describe('shapes', () => {
  const cases = [8, 13, 32, 96].flatMap((size) =>
    ids.flatMap((id) => ['teacher', 'student'].map((role) => ({ id, size, role }))),
  );
  it.each(cases)('$id ($role) declares what it returns at $size px', ({ id, size, role }) => {
    const channels = size % 2 ? 3 : 1;
    const classes = size === 96 ? 120 : 2;
    const rows = size === 96 ? 1 : 2;
    const sizes = models.get(id).sizes[role as 'teacher' | 'student'];
    const { build, body } = make(id, { image: [size, size, channels], classes }, sizes);
    tf.tidy(() => {
      const { taps, embedding, logits } = body.forward(images([size, size, channels], rows));
      expect(logits.shape).toEqual([rows, classes]);
      expect(embedding.shape).toEqual([rows, body.embedding]);
      expect(Object.keys(taps)).toEqual(Object.keys(body.taps));
      for (const [name, tap] of Object.entries(taps))
        expect([name, ...tap.shape]).toEqual([name, rows, ...(body.taps[name] ?? [])]);
      expect(Number.isFinite(tf.sum(tf.abs(logits)).arraySync())).toBe(true);
    });
    build.dispose();
  });

  it.each(ids)('%s takes images that are not square', (id) => {
    const { build, body } = make(id, { image: [11, 20, 3], classes: 5 });
    tf.tidy(() => {
      const { taps, logits } = body.forward(images([11, 20, 3]));
      expect(logits.shape).toEqual([BATCH, 5]);
      for (const [name, tap] of Object.entries(taps)) expect(tap.shape.slice(1)).toEqual(body.taps[name]);
    });
    build.dispose();
  });
});

describe('extreme parameters', () => {
  const cases: [string, number, Record<string, number | string>][] = [
    ['cnn', 8, { blocks: 5, width: 2 }],
    ['cnn', 20, { blocks: 2, head: 'average' }],
    ['mobile', 8, { stages: 4, blocks: 1, width: 4 }],
    ['resnet', 9, { depth: 17, width: 4 }],
    ['vit', 96, { patch: 1, width: 8, depth: 1, heads: '8' }],
    ['vit', 8, { patch: 16, width: 20, depth: 1, heads: '8' }],
    ['hvit', 96, { patch: 1, width: 8, stages: 3, blocks: 1, heads: '8' }],
    ['hvit', 9, { patch: 16, width: 8, stages: 3, blocks: 1 }],
    ['mlp', 8, { layers: 6, width: 4 }],
    ['kan', 96, { layers: 4, width: 4, side: 4 }],
    ['s-kan', 8, { layers: 4, width: 4, selection: 'hard', temperature: 0.1 }],
    ['conv-kan', 8, { layers: 4, width: 2, side: 16 }],
  ];
  it.each(cases)('%s at %i px with %o', (id, size, params) => {
    const { build, body } = make(id, { image: [size, size, 1], classes: 2 }, params);
    tf.tidy(() => {
      const { taps, embedding } = body.forward(images([size, size, 1], 1));
      expect(embedding.shape).toEqual([1, body.embedding]);
      for (const [name, tap] of Object.entries(taps)) expect(tap.shape.slice(1)).toEqual(body.taps[name]);
    });
    build.dispose();
  });

  it('the vit never makes more than 256 tokens', () => {
    const { build, body } = make('vit', { image: [96, 96, 1], classes: 2 }, { patch: 1, depth: 1 });
    expect(body.taps.stem?.[0]).toBe(256);
    build.dispose();
  });
});

describe('counts, by hand', () => {
  const input: ModelInput = { image: [8, 8, 1], classes: 3 };
  const cases: [string, Record<string, number | string>, number, number][] = [
    // 64x4+4, 4x4+4, 4x3+3
    ['mlp', { width: 4, layers: 2 }, 260 + 20 + 15, 256 + 16 + 12],
    // conv 9x1x2 + bn 4, conv 9x2x4 + bn 8, head (2x2x4)x3+3; 64 and 16 positions
    ['cnn', { width: 2, blocks: 2 }, 22 + 80 + 51, 64 * 18 + 16 * 72 + 48],
    // stem 36+8; stage1 2(144+8); stage2 288+16, 576+16, project 32+16; stage3 1152+32, 2304+32, 128+32; head 51
    [
      'resnet',
      { depth: 8, width: 4 },
      44 + 304 + (304 + 592 + 48) + (1184 + 2336 + 160) + 51,
      64 * (36 + 288) + 16 * (288 + 576 + 32) + 4 * (1152 + 2304 + 128) + 48,
    ],
    // stem 36+8; 36+8+16+8; 36+8+32+16; head 8x3+3
    [
      'mobile',
      { width: 4, stages: 2, blocks: 1 },
      44 + 68 + 92 + 27,
      64 * (36 + 36 + 16) + 16 * (36 + 32) + 24,
    ],
    // patches 4x8+8, positions 16x8; norms 3x16, qkv 8x24+24, out 8x8+8, up 8x16+16, down 16x8+8; head 8x3+3
    [
      'vit',
      { patch: 2, width: 8, depth: 1, heads: '2' },
      40 + 128 + 48 + 216 + 72 + 144 + 136 + 27,
      16 * (32 + 192 + 64 + 128 + 128) + 2 * 16 * 16 * 8 + 24,
    ],
    // patches 4x8+8, positions 16x8; block of 8: norms 32, qkv 216, out 72, up 8x32+32, down 32x8+8; merging: norm
    // 64, 32x16; block of 16: norms 64, qkv 16x48+48, out 272, up 16x64+64, down 64x16+16; norm 32; head 16x3+3
    [
      'hvit',
      { patch: 2, width: 8, blocks: 1, heads: '2' },
      40 + 128 + (32 + 216 + 72 + 288 + 264) + (64 + 512) + (64 + 816 + 272 + 1088 + 1040) + 32 + 51,
      16 * (32 + 192 + 64 + 256 + 256) +
        2 * 16 * 16 * 8 +
        4 * (512 + 768 + 256 + 1024 + 1024) +
        2 * 4 * 4 * 16 +
        48,
    ],
  ];
  it.each(cases)('%s %o', (id, params, parameters, multiplyAdds) => {
    const { build } = make(id, input, params);
    expect(build.parameters).toBe(parameters);
    expect(build.multiplyAdds).toBe(multiplyAdds);
    build.dispose();
  });

  it.each(ids)('%s: the ready student is smaller than the ready teacher', (id) => {
    const model = models.get(id);
    const [teacher, student] = [model.sizes.teacher, model.sizes.student].map((sizes) => {
      const { build } = make(id, { image: [16, 16, 1], classes: 10 }, sizes);
      const found = [build.parameters, build.multiplyAdds];
      build.dispose();
      return found;
    });
    expect(student?.[0]).toBeLessThan((teacher?.[0] as number) / 2);
    expect(student?.[1]).toBeLessThan((teacher?.[1] as number) / 2);
  });
});

describe('behaviour', () => {
  it.each(ids)('%s: a gradient reaches every weight', (id) => {
    const { build, body } = make(id, { image: [12, 12, 3], classes: 4 });
    tf.tidy(() => {
      const x = images([12, 12, 3], 6);
      const targets = ops.oneHot(tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32'), 4);
      const weights = [...build.weights.values()];
      const { grads } = tf.variableGrads(() => ops.crossEntropy(body.forward(x).logits, targets), weights);
      for (const weight of weights) {
        const largest = tf.max(tf.abs(grads[weight.name] as tf.Tensor)).arraySync() as number;
        expect(largest, weight.name).toBeGreaterThan(0);
      }
    });
    build.dispose();
  });

  it.each(['cnn', 'resnet', 'mobile', 'conv-kan'])(
    '%s: inference uses running statistics, training the batch',
    (id) => {
      const { build, body } = make(id, { image: [8, 8, 1], classes: 3 }, models.get(id).sizes.student);
      const x = tf.add(tf.mul(images([8, 8, 1], 16), 3), 2) as Tensor4D;
      const run = (training: boolean, rows: Tensor4D) => {
        build.training = training;
        return tf.tidy(() => body.forward(rows).logits.arraySync());
      };
      const first = tf.slice(x, [0, 0, 0, 0], [1, 8, 8, 1]);
      const fresh = run(false, x);
      // Alone or in a batch, a row gets the same answer in inference and another one in training.
      expect(run(false, first)[0]).toEqual(fresh[0]?.map((v) => expect.closeTo(v, 4)));
      const trained = run(true, x);
      expect(trained[0]).not.toEqual(fresh[0]?.map((v) => expect.closeTo(v, 2)));
      expect(run(false, x)[0]).not.toEqual(fresh[0]?.map((v) => expect.closeTo(v, 4)));
      for (let i = 0; i < 60; i++) run(true, x);
      const [a, b] = [run(false, x).flat(), run(true, x).flat()];
      // Running variance is the unbiased one, so the two agree up to n / (n - 1) of the smallest layer.
      for (const [i, value] of a.entries()) expect(Math.abs(value - (b[i] as number))).toBeLessThan(0.1);
      build.dispose();
    },
  );

  it.each(ids)('%s: the same seed gives the same weights, another seed others', (id) => {
    const input: ModelInput = { image: [8, 8, 1], classes: 3 };
    const weights = (seed: number) => {
      const model = models.get(id);
      const build = new NetworkBuild(seed, 'student');
      model.build(build, ops, input, defaults(model.params));
      const found = [...build.weights.values()].flatMap((w) => [...w.dataSync()]);
      build.dispose();
      return found;
    };
    expect(weights(3)).toEqual(weights(3));
    expect(weights(3)).not.toEqual(weights(4));
  });
});
