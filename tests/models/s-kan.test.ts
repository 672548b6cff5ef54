import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { NetworkBuild } from '../../src/engine/layers';
import { ops } from '../../src/engine/ops';
import type { Tensor, Tensor4D } from '../../src/engine/types';
import { runGolden } from '../../src/golden/run';
import { models } from '../../src/models';
import { bspline } from '../../src/models/kan/bases';
import { kanLayer, SPACES, type Space, squash } from '../../src/models/kan/layer';
import { FAMILIES, type Family, POOL, selectConv, selectDense, shares } from '../../src/models/kan/select';
import file from '../golden/37-s-kan.json';

const spaces = Object.keys(SPACES) as Space[];
const families = Object.keys(FAMILIES) as Family[];
const variants: [string, Record<string, string | number>][] = [
  ...spaces.map((space): [string, Record<string, string>] => ['kan', { space }]),
  ...['soft', 'hard'].map((selection): [string, Record<string, string>] => ['s-kan', { selection }]),
  ...['all', ...families].map((space): [string, Record<string, string>] => ['conv-kan', { space }]),
];

function make(id: string, image: number[], classes: number, params: object = {}) {
  const model = models.get(id);
  const build = new NetworkBuild(3, `test/${id}`);
  const values = { ...defaults(model.params as Schema), ...params } as AnyValues;
  return { build, body: model.build(build, ops, { image, classes }, values) };
}

const images = (batch: number, shape: number[], scale = 1) =>
  tf.randomNormal([batch, ...shape] as [number, number, number, number], 0, scale, 'float32', 5) as Tensor4D;

const finite = (x: Tensor) => x.dataSync().every(Number.isFinite);
const largest = (x: Tensor) => tf.max(tf.abs(x)).arraySync() as number;

describe('golden', async () => {
  for (const { name, passed, missing, values, gradients } of await runGolden(file))
    it(name, () =>
      expect({ passed, missing, values, gradients }).toMatchObject({ passed: true, missing: undefined }),
    );
});

describe('networks', () => {
  const cases = variants.flatMap(([id, params]) =>
    [8, 28, 32].flatMap((size) => [1, 3].map((channels) => ({ id, params, size, channels }))),
  );
  it.each(cases)('$id $params at $size px, $channels channels', ({ id, params, size, channels }) => {
    const { build, body } = make(id, [size, size, channels], 5, params);
    tf.tidy(() => {
      const { taps, embedding, logits } = body.forward(images(2, [size, size, channels]));
      expect(logits.shape).toEqual([2, 5]);
      expect(embedding.shape).toEqual([2, body.embedding]);
      for (const [name, tap] of Object.entries(taps)) expect(tap.shape.slice(1)).toEqual(body.taps[name]);
      expect(finite(logits)).toBe(true);
    });
    build.dispose();
  });

  // A node that uses one family has no gradient for the others: that is the point of 'hard'.
  const learning = variants.filter(([, { selection }]) => selection !== 'hard');
  it.each(learning)('%s %o: a gradient reaches every weight', (id, params) => {
    const { build, body } = make(id, [12, 12, 3], 3, params);
    tf.tidy(() => {
      const targets = ops.oneHot(tf.tensor1d([0, 1, 2, 1, 0, 2], 'int32'), 3);
      const x = images(6, [12, 12, 3]);
      const weights = [...build.weights.values()];
      const { grads } = tf.variableGrads(() => ops.crossEntropy(body.forward(x).logits, targets), weights);
      for (const [name, weight] of build.weights)
        expect(largest(grads[weight.name] as Tensor), name).toBeGreaterThan(0);
    });
    build.dispose();
  });

  it.each(variants)('%s %o: extreme pixels give finite answers and gradients', (id, params) => {
    const { build, body } = make(id, [8, 8, 1], 3, params);
    for (const scale of [0, 1e-6, 1e4])
      tf.tidy(() => {
        const targets = ops.oneHot(tf.tensor1d([0, 1, 2], 'int32'), 3);
        const x = images(3, [8, 8, 1], scale);
        const { value, grads } = tf.variableGrads(
          () => ops.crossEntropy(body.forward(x).logits, targets),
          [...build.weights.values()],
        );
        expect(finite(value), `loss at ${scale}`).toBe(true);
        for (const [name, grad] of Object.entries(grads))
          expect(finite(grad), `${name} at ${scale}`).toBe(true);
      });
    build.dispose();
  });
});

describe('parameters, by hand', () => {
  const cases: [string, Record<string, string | number>, number, number][] = [
    // 16 pixels to 4: base 64, scale 64, coef 8x64, norm 8; head 4x2+2
    ['kan', { space: 'bspline' }, 64 * 10 + 8 + 10, 64 * 9 + 8],
    // norm 32, coef 8x64, base 64+4
    ['kan', { space: 'fast-rbf' }, 32 + 64 * 9 + 4 + 8 + 10, 64 * 9 + 8],
    ['kan', { space: 'cheby' }, 64 * 5 + 8 + 10, 64 * 5 + 8],
    // three numbers per edge, base 64, batch norm 8
    ['kan', { space: 'wavelet' }, 64 * 4 + 8 + 8 + 10, 64 * 2 + 8],
    // coefs 8+8+5+3 and the base per edge, 4 logits per node
    ['s-kan', {}, 64 * 25 + 64 + 8 + 10, 64 * 25 + 8],
    // windows of 9 at 2x2 places; batch norm 8; head reads 2x2x4
    ['conv-kan', {}, 36 * 25 + 36 + 8 + 34, 4 * 36 * 25 + 32],
  ];
  it.each(cases)('%s %o', (id, params, parameters, multiplyAdds) => {
    const { build } = make(id, [4, 4, 1], 2, { ...params, width: 4, layers: 1 });
    expect(build.parameters).toBe(parameters);
    expect(build.multiplyAdds).toBe(multiplyAdds);
    build.dispose();
  });

  it('do not grow with images beyond the pooled size', () => {
    for (const id of ['kan', 's-kan', 'conv-kan']) {
      const [small, large] = [16, 96].map((size) => make(id, [size, size, 3], 10).build);
      expect(large?.parameters).toBe(small?.parameters);
      expect(large?.multiplyAdds).toBe(small?.multiplyAdds);
      small?.dispose();
      large?.dispose();
    }
  });
});

describe('curves', () => {
  it('B-splines sum to 1 inside [-1, 1], at most 4 at a time', () => {
    const n = 401;
    const x = tf.reshape(tf.linspace(-1, 0.9999, n), [n, 1]);
    const values = tf.squeeze(bspline(ops, x), [2]).arraySync() as number[][];
    for (const row of values) {
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      expect(row.filter((v) => v > 1e-6).length).toBeLessThanOrEqual(4);
    }
  });

  it.each(spaces)('%s: finite slopes at and beyond the ends', (space) => {
    const build = new NetworkBuild(1, 'ends');
    const layer = kanLayer(build, ops, space, 'a', 1, 2);
    const x = tf.tensor2d([-2, -1, 0, 1, 2, -50, 50, 1e5], [8, 1]);
    for (const at of [(v: Tensor) => v, (v: Tensor) => squash(ops, space, v)])
      expect(finite(tf.grad((v: Tensor) => tf.sum(tf.mul(layer(at(v)), tf.range(1, 3))))(x))).toBe(true);
    build.dispose();
  });
});

describe('selection', () => {
  it.each(families)('%s in a pool: finite slopes at and beyond the ends', (family) => {
    const build = new NetworkBuild(1, 'ends');
    const layer = selectDense(build, ops, 'a', 1, 2, { pool: [family], temperature: 1, hard: false });
    const x = tf.tensor2d([-2, -1, 0, 1, 2], [5, 1]);
    const slope = tf.grad((v: Tensor) => tf.sum(tf.mul(layer(v), tf.range(1, 3))))(x);
    expect(finite(slope)).toBe(true);
    expect(largest(slope)).toBeGreaterThan(0);
    build.dispose();
  });

  const soft = { pool: POOL, temperature: 1, hard: false };

  it('starts even, leans with falling temperature, ends one-hot', () => {
    const logits = tf.tensor2d([[0, 1, 0, 0]]);
    expect(shares(ops, tf.zeros([1, 4]), soft).dataSync()).toEqual(new Float32Array(4).fill(0.25));
    const at = (selection: typeof soft) => shares(ops, logits, selection).dataSync()[1] as number;
    expect(at({ ...soft, temperature: 0.25 })).toBeGreaterThan(at(soft));
    expect([...shares(ops, logits, { ...soft, hard: true }).dataSync()]).toEqual([0, 1, 0, 0]);
  });

  it('hard shares pass the gradient of the soft ones', () => {
    const logits = tf.tensor2d([[0.3, 1, -0.2, 0]]);
    const slope = (hard: boolean) =>
      tf
        .grad((a: Tensor) => tf.sum(tf.mul(shares(ops, a, { ...soft, hard }), [1, 2, 3, 4])))(logits)
        .dataSync();
    expect(slope(true)).toEqual(slope(false));
    expect(Math.max(...slope(true).map(Math.abs))).toBeGreaterThan(0.01);
  });

  /** Two layers with the same weights: all families with one chosen, and that family alone. */
  function twins(
    family: Family,
    layer: (build: NetworkBuild, pool: readonly Family[]) => (x: Tensor) => Tensor,
  ) {
    const [wide, narrow] = [new NetworkBuild(1, 'wide'), new NetworkBuild(1, 'narrow')];
    const run = [layer(wide, POOL), layer(narrow, [family])] as const;
    const logits = wide.weights.get('a/select')!;
    const choice = POOL.map((each) => Number(each === family));
    logits.assign(tf.tile(tf.tensor2d([choice]), [logits.shape[0] as number, 1]) as typeof logits);
    for (const [name, weight] of narrow.weights) weight.assign(wide.weights.get(name)!);
    return { run, wide, narrow };
  }

  it.each(families)('pruned to %s: the same answers, fewer parameters', (family) => {
    const { run, wide, narrow } = twins(family, (build, pool) =>
      selectDense(build, ops, 'a', 3, 2, { pool, temperature: 1, hard: true }),
    );
    const x = tf.randomNormal([7, 3], 0, 1, 'float32', 2);
    const [all, one] = run.map((layer) => [...layer(x).dataSync()]);
    for (const [i, value] of (all ?? []).entries()) expect(value).toBeCloseTo(one?.[i] as number, 6);
    expect(narrow.weights.has('a/select')).toBe(false);
    const functions = { bspline: 8, rbf: 8, cheby: 5, wavelet: 3 }[family];
    expect([wide.parameters, narrow.parameters]).toEqual([25 * 6 + 12, (functions + 1) * 6]);
  });

  it('convolves as the fully connected layer on every window', () => {
    const selection = { ...soft, temperature: 0.5 };
    const [dense, conv] = [new NetworkBuild(1, 'dense'), new NetworkBuild(1, 'conv')];
    const run = selectConv(conv, ops, 'a', [4, 4, 2], 3, selection);
    const flat = selectDense(dense, ops, 'a', 18, 3, selection);
    for (const [name, weight] of conv.weights) {
      const value = tf.randomNormal(weight.shape, 0, 1, 'float32', 4);
      weight.assign(value as typeof weight);
      const swapped = value.rank === 4 ? tf.transpose(value, [1, 0, 2, 3]) : value;
      const target = dense.weights.get(name)!;
      target.assign(tf.reshape(swapped, target.shape) as typeof target);
    }
    const x = images(2, [4, 4, 2]);
    const padded = tf.pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const window = tf.reshape(tf.slice(padded, [0, 2, 0, 0], [2, 3, 3, 2]), [2, 18]);
    const wanted = flat(window).dataSync();
    const found = tf.slice(run(x), [0, 1, 0, 0], [2, 1, 1, 3]).dataSync();
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4);
  });
});
