import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng';
import { attentionTwin } from '../../../src/engine/kernels/attention';
import { crossEntropyTwin } from '../../../src/engine/kernels/cross-entropy';
import { decoupledTwin } from '../../../src/engine/kernels/decoupled';
import { differenceTwin } from '../../../src/engine/kernels/difference';
import { distillationTwin, entropyTwin, klTwin } from '../../../src/engine/kernels/distillation';
import { gatherRowsTwin } from '../../../src/engine/kernels/gather-rows';
import { geluTwin } from '../../../src/engine/kernels/gelu';
import { layerNormTwin } from '../../../src/engine/kernels/layer-norm';
import { logSoftmaxTwin } from '../../../src/engine/kernels/log-softmax';
import { meanPowerTwin } from '../../../src/engine/kernels/mean-power';
import { pairwiseTwin } from '../../../src/engine/kernels/pairwise';
import { scaleTwin, stdTwin } from '../../../src/engine/kernels/row-norm';
import { sinkhornTwin } from '../../../src/engine/kernels/sinkhorn';
import { softmaxTwin } from '../../../src/engine/kernels/softmax';
import { topKMaskTwin } from '../../../src/engine/kernels/top-k';
import { decoupledDistillation } from '../../../src/engine/ops/decoupled';
import * as losses from '../../../src/engine/ops/losses';
import { attention, gelu, LAYER_NORM_EPSILON, layerNorm } from '../../../src/engine/ops/network';
import * as relations from '../../../src/engine/ops/relations';
import type { Tensor, Tensor2D, Tensor3D } from '../../../src/engine/types';

/** A twin and the op it stands for. Gradients are those of sum(dy value). */
interface Pair {
  readonly shapes: readonly (readonly number[])[];
  readonly twin: (x: Float64Array[], dy: Float64Array) => { value: Float64Array; gradients?: object };
  readonly op: (x: Tensor[]) => Tensor;
}

const WIDTH = 7;
const ROWS = [5, WIDTH] as const;
const labels = Int32Array.of(0, 3, 6, 3, 1);
const index = Int32Array.of(4, 0, 4, 2);
const perRow =
  (twin: (x: Float64Array[]) => { value: Float64Array; gradients: object }): Pair['twin'] =>
  (x, dy) => {
    const { value, gradients } = twin(x);
    const list = Object.values(gradients) as Float64Array[];
    return { value, gradients: list.map((g) => g.map((v, j) => v * dy[Math.floor(j / WIDTH)]!)) };
  };
const scaled =
  (twin: (x: Float64Array[]) => { value: Float64Array; gradients: object }): Pair['twin'] =>
  (x, dy) => {
    const { value, gradients } = twin(x);
    const list = Object.values(gradients) as Float64Array[];
    return { value, gradients: list.map((g) => g.map((v) => v * dy[0]!)) };
  };
const mask = () => tf.oneHot(tf.tensor1d(labels, 'int32'), WIDTH, 1, 0, 'float32') as Tensor2D;
const meanOf = (part: 'target' | 'rest') => (x: Float64Array[]) => {
  const { value, gradients } = decoupledTwin(x[0]!, x[1]!, labels, WIDTH, 3)[part];
  const list = Object.values(gradients) as Float64Array[];
  return {
    value: Float64Array.of(value.reduce((a, b) => a + b, 0) / 5),
    gradients: list.map((g) => g.map((v) => v / 5)),
  };
};

const PAIRS: Readonly<Record<string, Pair>> = {
  'cross-entropy of rows': {
    shapes: [ROWS, ROWS],
    twin: perRow(([z, t]) => crossEntropyTwin(z!, t!, WIDTH)),
    op: ([z, t]) => losses.crossEntropyRows(z as Tensor2D, t as Tensor2D),
  },
  'distillation of rows': {
    shapes: [ROWS, ROWS],
    twin: perRow(([s, t]) => distillationTwin(s!, t!, WIDTH, 3)),
    op: ([s, t]) => losses.distillationRows(s as Tensor2D, t as Tensor2D, 3),
  },
  'decoupled distillation: target': {
    shapes: [ROWS, ROWS],
    twin: scaled(meanOf('target')),
    op: ([s, t]) => decoupledDistillation(s as Tensor2D, t as Tensor2D, mask(), 3).target,
  },
  'decoupled distillation: rest': {
    shapes: [ROWS, ROWS],
    twin: scaled(meanOf('rest')),
    op: ([s, t]) => decoupledDistillation(s as Tensor2D, t as Tensor2D, mask(), 3).rest,
  },
  'KL of rows': {
    shapes: [ROWS, ROWS],
    twin: perRow(([p, q]) => klTwin(p!, q!, WIDTH)),
    op: ([p, q]) => losses.klRows(p!, q!),
  },
  'entropy of rows': {
    shapes: [ROWS],
    twin: perRow(([p]) => entropyTwin(p!, WIDTH)),
    op: ([p]) => losses.entropyRows(p!),
  },
  'log-softmax': {
    shapes: [ROWS],
    twin: ([x], dy) => logSoftmaxTwin(x!, dy, WIDTH, 2),
    op: ([x]) => losses.logSoftmax(x!, 2),
  },
  softmax: {
    shapes: [ROWS],
    twin: ([x], dy) => softmaxTwin(x!, dy, WIDTH, 0.5),
    op: ([x]) => losses.softmax(x!, 0.5),
  },
  'unit rows': {
    shapes: [ROWS],
    twin: ([x], dy) => scaleTwin(x!, dy, WIDTH, 1e-12, 'unit'),
    op: ([x]) => losses.l2Normalize(x!),
  },
  'standard rows': {
    shapes: [ROWS],
    twin: ([x], dy) => scaleTwin(x!, dy, WIDTH, 0.1, 'standard'),
    op: ([x]) => losses.standardizeRows(x!, 0.1),
  },
  'mean cube': {
    shapes: [ROWS],
    twin: perRow(([x]) => meanPowerTwin(x!, WIDTH, 3)),
    op: ([x]) => losses.meanPower(x!, 3),
  },
  'mean square': {
    shapes: [ROWS],
    twin: perRow(([x]) => meanPowerTwin(x!, WIDTH, 2)),
    op: ([x]) => losses.meanPower(x!, 2),
  },
  'unbiased deviation': {
    shapes: [ROWS],
    twin: perRow(([x]) => stdTwin(x!, WIDTH)),
    op: ([x]) => losses.unbiasedStd(x!),
  },
  'squared difference': {
    shapes: [ROWS, ROWS],
    twin: scaled(([a, b]) => differenceTwin(a!, b!, 'squared')),
    op: ([a, b]) => losses.meanSquaredError(a!, b!),
  },
  'Huber difference': {
    shapes: [ROWS, ROWS],
    twin: scaled(([a, b]) => differenceTwin(a!, b!, 'huber')),
    op: ([a, b]) => losses.huber(a!, b!),
  },
  'layer norm': {
    shapes: [ROWS, [WIDTH], [WIDTH]],
    twin: ([x, g, b], dy) => layerNormTwin(x!, g!, b!, dy, LAYER_NORM_EPSILON),
    op: ([x, g, b]) => layerNorm(x!, g!, b!),
  },
  GELU: { shapes: [ROWS], twin: ([x], dy) => geluTwin(x!, dy), op: ([x]) => gelu(x!) },
  attention: {
    shapes: [[2, 4, 18]],
    twin: ([x], dy) => attentionTwin(x!, dy, [2, 4, 18], 2),
    op: ([x]) => attention(x as Tensor3D, 2),
  },
  'squared distances': {
    shapes: [ROWS, [3, WIDTH]],
    twin: ([x, y], dy) => pairwiseTwin(x!, y!, dy, WIDTH, 'squared'),
    op: ([x, y]) => relations.pairwiseDistances(x as Tensor2D, y as Tensor2D),
  },
  'absolute distances': {
    shapes: [ROWS, [3, WIDTH]],
    twin: ([x, y], dy) => pairwiseTwin(x!, y!, dy, WIDTH, 'absolute'),
    op: ([x, y]) => relations.pairwiseDistances(x as Tensor2D, y as Tensor2D, 'absolute'),
  },
  'rows by index': {
    shapes: [ROWS],
    twin: ([x], dy) => gatherRowsTwin(x!, index, dy, WIDTH),
    op: ([x]) => relations.gatherRows(x as Tensor2D, tf.tensor1d(index, 'int32')),
  },
  Sinkhorn: {
    shapes: [ROWS],
    twin: ([x]) => ({ value: sinkhornTwin(x!, ROWS, 6) }),
    op: ([x]) => relations.sinkhorn(x as Tensor2D, 6),
  },
};

const STEP = 1e-5;
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** Gradient of sum(dy value) for one input, by central differences. */
function differences(pair: Pair, inputs: Float64Array[], dy: Float64Array, which: number): Float64Array {
  const along = (i: number, by: number) => {
    const moved = inputs.map((x, k) => (k === which ? x.with(i, x[i]! + by) : x));
    return dot(pair.twin(moved, dy).value, dy);
  };
  return inputs[which]!.map((_, i) => (along(i, STEP) - along(i, -STEP)) / (2 * STEP));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Array.from(expected).reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!) / scale, `entry ${i}`).toBeLessThan(tolerance);
}

const seed = Math.floor(Math.random() * 1e6);

describe.each(Object.entries(PAIRS))(`%s, seed ${seed}`, (name, pair) => {
  const rng = new Rng(seed, name);
  const inputs = pair.shapes.map((shape) =>
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(rng.normal())),
  );
  const tensors = inputs.map((x, i) => tf.tensor(Float32Array.from(x), [...pair.shapes[i]!]));
  const value = pair.op(tensors);
  const dy = Float64Array.from({ length: value.size }, () => Math.fround(rng.normal()));
  const twin = pair.twin(inputs, dy);
  const wanted = inputs.map((_, which) => differences(pair, inputs, dy, which));

  it('has the gradients that differences give', () => {
    const given = Object.values(twin.gradients ?? {}) as Float64Array[];
    for (const [i, gradient] of given.entries()) expectClose(gradient, wanted[i]!, 1e-6);
  });

  it('agrees with the composed op and its gradients', () => {
    expectClose(value.dataSync(), twin.value, 1e-5);
    const seedTensor = tf.tensor(Float32Array.from(dy), value.shape);
    const gradients = tf.grads((...x: Tensor[]) => pair.op(x))(tensors, seedTensor);
    for (const [i, gradient] of gradients.entries()) expectClose(gradient.dataSync(), wanted[i]!, 1e-5);
  });
});

describe('mask of the largest', () => {
  it('is that of the composed op, lower index first', () => {
    const x = Float64Array.of(3, 1, 3, 2, 3, 0, -1, -1);
    const mask = relations.topKMask(tf.tensor2d(Array.from(x), [2, 4]), 2);
    expect(Array.from(mask.dataSync())).toEqual([1, 0, 1, 0, 1, 1, 0, 0]);
    expect(Array.from(topKMaskTwin(x, 4, 2))).toEqual([1, 0, 1, 0, 1, 1, 0, 0]);
  });
});

describe('rows written into a table', () => {
  it('keeps the later of two writes to one row', () => {
    const table = tf.variable(tf.zeros([3, 2]), false);
    const rows = tf.tensor2d([1, 1, 2, 2, 3, 3], [3, 2]);
    relations.scatterRows(table, tf.tensor1d([2, 0, 2], 'int32'), rows);
    expect(Array.from(table.dataSync())).toEqual([2, 2, 0, 0, 3, 3]);
    table.dispose();
  });
});

describe('losses of extreme logits', () => {
  it('stay finite at 1e4', () => {
    const z = tf.tensor2d([1e4, -1e4, 0, -1e4, 1e4, 1e4], [2, 3]);
    const t = tf.tensor2d([0, 1, 0, 1, 0, 0], [2, 3]);
    expect(losses.crossEntropy(z, t).dataSync()[0]).toBeCloseTo(2e4, 0);
    expect(Number.isFinite(losses.distillation(z, tf.neg(z) as Tensor2D, 4).dataSync()[0])).toBe(true);
  });
});
