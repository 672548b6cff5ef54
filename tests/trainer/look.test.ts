import { add, matMul, tensor, tensor3d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { imageOf, toRgba } from '../../src/data/pictures';
import { ops } from '../../src/engine/ops/index';
import { attention, layerNorm } from '../../src/engine/ops/network';
import { pictureTensor, readTaps, valuesOf } from '../../src/engine/taps';
import type { Scalar, Tensor2D } from '../../src/engine/types';
import { Evaluator } from '../../src/trainer/evaluate';
import { lookAt, type Subject } from '../../src/trainer/look/index';
import { sampleRows } from '../../src/trainer/look/map';
import { attentionOf, gradCam, meanAttention, queriesOf, rollout } from '../../src/trainer/look/saliency';
import { dataset, network } from './support';

const subject = (id: string, model: string, params: Record<string, number | string>): Subject => {
  const made = network(model, params, id);
  return { id, network: made, predict: (images) => made.forward(images, false).logits };
};
const subjects = [
  subject('teacher', 'cnn', { width: 4, blocks: 2 }),
  subject('s1/1', 'vit', { width: 8, depth: 2, heads: '2' }),
  subject('s2/1', 'mlp', { width: 8, layers: 1 }),
];
const tools = { subjects, evaluator: new Evaluator(dataset), dataset };
const { height, width, channels } = dataset.shape;
const image = (row: number) =>
  pictureTensor(imageOf(dataset.splits.test, row), [height, width, channels], dataset.statistics);

describe('gradients at inner activations', () => {
  it('are those of the score: they agree with finite differences', async () => {
    const net = subjects[0]!.network;
    const images = image(0);
    const score = (logits: Tensor2D) => ops.sum(ops.slice(logits, [0, 3], [1, 1])) as Scalar;
    const taps = await readTaps(() => {
      const answer = net.forward(images, false);
      return { score: score(answer.logits), taps: answer.taps };
    });
    expect(Object.keys(taps)).toEqual(Object.keys(net.body.taps));
    const { shape, values, gradient } = taps['stage1']!;
    const at = async (moved: Float32Array) => {
      const logits = await valuesOf(() => net.body.lastStage!(tensor(moved, [1, ...shape])).logits);
      return logits[3]!;
    };
    let checked = 0;
    for (let i = 0; i < values.length; i += 7) {
      const step = 0.02;
      const [up, down] = [step, -step].map((by) => values.map((v, k) => (k === i ? v + by : v)));
      const slope = ((await at(Float32Array.from(up!))) - (await at(Float32Array.from(down!)))) / (2 * step);
      const back = ((await at(Float32Array.from(up!))) - (await at(values))) / step;
      // At a kink of ReLU or of the pooling the two sides differ, and there is no slope to compare with.
      if (Math.abs(slope - back) > 1e-3) continue;
      expect(gradient![i]!, `entry ${i}`).toBeCloseTo(slope, 3);
      checked++;
    }
    expect(checked).toBeGreaterThan(10);
    expect(Math.max(...gradient!.map(Math.abs))).toBeGreaterThan(0.01);
  });
});

describe('Grad-CAM', () => {
  it('weights maps with their mean gradient and cuts negative evidence', () => {
    const features = Float32Array.of(1, 10, 2, 20, 3, 30, 4, 0);
    const gradient = Float32Array.of(1, 0, 1, 0, 1, -0.2, 1, 0);
    // Weights 1 and -0.05.
    const map = gradCam(features, gradient, 2);
    for (const [i, value] of [0.5, 1, 1.5, 4].entries()) expect(map[i]).toBeCloseTo(value, 6);
    expect(
      [
        ...gradCam(
          features,
          gradient.map((g) => -g),
          2,
        ),
      ].slice(0, 3),
    ).toEqual([0, 0, 0]);
  });
});

describe('attention', () => {
  const [tokens, wide, heads] = [5, 8, 2];
  const numbers = (n: number, k: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(k + i * 1.7));
  const weights = {
    scale: numbers(wide, 1),
    shift: numbers(wide, 2),
    qkv: numbers(wide * 3 * wide, 3),
    bias: numbers(3 * wide, 4),
  };
  const x = numbers(tokens * wide, 5);
  const qkv = queriesOf(x, weights, 1e-5);

  it('reads what the network itself would ask, offer and hand on', async () => {
    const own = await valuesOf(() => {
      const normed = layerNorm(tensor(x, [tokens, wide]), tensor(weights.scale), tensor(weights.shift));
      return add(
        matMul(normed as Tensor2D, tensor(weights.qkv, [wide, 3 * wide]) as Tensor2D),
        tensor(weights.bias),
      );
    });
    for (const [i, value] of own.entries()) expect(qkv[i]).toBeCloseTo(value, 4);
  });

  it('mixes the values as the layer does', async () => {
    const mixed = await valuesOf(() =>
      attention(tensor3d(Float32Array.from(qkv), [1, tokens, 3 * wide]), heads),
    );
    for (let head = 0; head < heads; head++) {
      const a = attentionOf(qkv, wide, heads, head);
      for (let q = 0; q < tokens; q++)
        for (let i = 0; i < wide / heads; i++) {
          const column = head * (wide / heads) + i;
          let sum = 0;
          for (let k = 0; k < tokens; k++) sum += a[q * tokens + k]! * qkv[k * 3 * wide + 2 * wide + column]!;
          expect(sum).toBeCloseTo(mixed[q * wide + column]!, 4);
        }
    }
  });

  it('rolled out keeps a whole of 1, stays even for even attention, and follows what all look at', () => {
    const mean = meanAttention(qkv, wide, heads);
    const [first, second] = rollout([mean, mean], tokens);
    for (const map of [first!, second!]) expect(map.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    const even = new Float64Array(tokens * tokens).fill(1 / tokens);
    for (const value of rollout([even, even], tokens)[1]!) expect(value).toBeCloseTo(1 / tokens, 9);
    const onto = Float64Array.from({ length: tokens * tokens }, (_, i) => (i % tokens === 2 ? 1 : 0));
    // Half of the residual way is left after one block, a quarter after two; all else has gone to token 2.
    const [one, two] = rollout([onto, onto], tokens);
    expect(one![2]).toBeCloseTo(0.5 + 0.5 / tokens, 9);
    expect(two![2]).toBeCloseTo(0.75 + 0.25 / tokens, 9);
  });
});

describe('looks', () => {
  it('show maps of places where a network has some, and say so where it has none', async () => {
    const found = await lookAt({ kind: 'places', split: 'test', row: 1, target: 'answer' }, tools);
    if (found.kind !== 'places') throw new Error('another look');
    const [cnn, vit, mlp] = found.items;
    expect(cnn!.maps.map(({ tap, way }) => [tap, way])).toEqual([
      ['stem', 'grad-cam'],
      ['stage1', 'grad-cam'],
      ['stage2', 'grad-cam'],
    ]);
    expect(vit!.maps.map(({ way, height: h, width: w }) => [way, h, w])).toEqual([
      ['rollout', 8, 8],
      ['rollout', 8, 8],
    ]);
    for (const { maps } of found.items)
      for (const { values, height: h, width: w } of maps) {
        expect(values.length).toBe(h * w);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...values)).toBeLessThanOrEqual(1);
      }
    expect(mlp!.maps).toEqual([]);
    expect(mlp!.reason).toContain('MLP has no map of places');
    await expect(lookAt({ kind: 'places', split: 'test', row: 999, target: 'truth' }, tools)).rejects.toThrow(
      'There is no image 999',
    );
  });

  it('answer to a picture of the data as they do to that image', async () => {
    const rgba = toRgba(imageOf(dataset.splits.test, 2), channels);
    const found = await lookAt({ kind: 'picture', rgba, width, height }, tools);
    if (found.kind !== 'picture') throw new Error('another look');
    expect(found.seen).toEqual(rgba);
    const images = image(2);
    for (const [i, each] of subjects.entries()) {
      const own = await valuesOf(() => each.predict(images));
      expect([...found.items[i]!.logits]).toEqual([...own]);
    }
    await expect(lookAt({ kind: 'picture', rgba, width: 3, height: 3 }, tools)).rejects.toThrow('36 bytes');
  });

  it('place the same images of every learner, by PCA and by UMAP, the same every time', async () => {
    const both = { ...tools, subjects: [subjects[0]!, subjects[2]!] };
    for (const way of ['pca', 'umap'] as const) {
      const look = { kind: 'map', split: 'test', rows: 12, way } as const;
      const found = await lookAt(look, both);
      if (found.kind !== 'map') throw new Error('another look');
      expect(found.index).toEqual(sampleRows(dataset.splits.test.count, 12));
      expect(found.items.map(({ learner }) => learner)).toEqual(['teacher', 's2/1']);
      for (const { points, answers, explained } of found.items) {
        expect(points.length).toBe(24);
        expect(points.every(Number.isFinite)).toBe(true);
        expect(answers?.length).toBe(12);
        expect(explained !== undefined).toBe(way === 'pca');
      }
      expect(await lookAt(look, both)).toEqual(found);
    }
  });
});
