import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { Rng } from '../../src/core/rng';
import { NetworkBuild } from '../../src/engine/layers';
import { ops } from '../../src/engine/ops';
import type { Tensor4D } from '../../src/engine/types';
import { methods } from '../../src/methods';
import type { Forward } from '../../src/methods/kit';
import { models } from '../../src/models';
import { writeOnnx } from '../../src/share/graph/onnx';
import { writeGraphModel } from '../../src/share/graph/tfjs';
import { EXTRAS, type TrainedNetwork, trace } from '../../src/share/graph/trace';
import { runOnnx } from '../e2e/onnx';

const ROWS = 3;
const CLASSES = ['a', 'b', 'c', 'd', 'e'];
/** Beside the class. */
const TASKS = [{ name: 'kind', classes: 3 }];

interface Case {
  readonly name: string;
  readonly model: string;
  readonly image: readonly number[];
  readonly params?: object;
  readonly method?: string;
  readonly with?: object;
}

/** Weights as they would be after training: none of the values that a fresh network has everywhere. */
function scramble(build: NetworkBuild, seed: string): void {
  const rng = new Rng(5, seed);
  for (const [name, variable] of build.entries()) {
    if (name.startsWith('select/')) continue;
    const positive = /variance|scale$/.test(name);
    const values = variable.dataSync().map((x) => {
      const noise = 0.2 * rng.normal();
      return positive ? Math.abs(x + noise) + 0.05 : x + noise;
    });
    variable.assign(tf.tensor(values, variable.shape));
  }
}

const filled = (card: { params: unknown }, params: object = {}): AnyValues =>
  ({ ...defaults(card.params as Schema), ...params }) as AnyValues;

/** A network, the logits the page would measure, and the pixels they belong to. */
function trained({ model, image, params, method = 'labels-only', with: values }: Case) {
  const choice = { id: model, params: filled(models.get(model), params) };
  const build = new NetworkBuild(3, 'student');
  const body = models.get(model).build(build, ops, { image, classes: CLASSES.length }, choice.params);
  const card = methods.get(method);
  const extrasBuild = new NetworkBuild(3, 'extras');
  const chosen = { id: card.id, params: filled(card, values), teacher: choice };
  const { embedding, taps } = body;
  const shapes = { embedding, taps, linear: Object.fromEntries(build.linear) };
  const extras = card.extras?.(extrasBuild, {
    ...{
      params: chosen.params,
      classes: CLASSES.length,
      classNames: CLASSES,
      tasks: TASKS,
      samples: 10,
      image,
      student: shapes,
      teacher: shapes,
    },
  });
  scramble(build, 'student');
  scramble(extrasBuild, 'extras');
  build.training = false;
  extrasBuild.training = false;
  const channels = image[2] as number;
  const network: TrainedNetwork = {
    model: choice,
    method: chosen,
    image,
    classNames: CLASSES,
    tasks: TASKS,
    mean: [111, 120.5, 97].slice(0, channels),
    std: [61.25, 55, 70].slice(0, channels),
    tensors: [
      ...build.entries().map(([name, v]) => ({ name, shape: v.shape, data: v.dataSync() as Float32Array })),
      ...extrasBuild.entries().map(([name, v]) => ({
        ...{ name: `${EXTRAS}${name}`, shape: v.shape, data: v.dataSync() as Float32Array },
      })),
    ],
  };
  const rng = new Rng(9, model);
  const pixels = Float32Array.from({ length: ROWS * image.reduce((a, b) => a * b, 1) }, () => rng.below(256));
  const logits = tf.tidy(() => {
    const x = tf.tensor(pixels, [ROWS, ...image]);
    const images = tf.div(tf.sub(x, network.mean), network.std) as Tensor4D;
    const forward: Forward = (images, { hooks } = {}) => {
      build.hooks = hooks;
      return body.forward(images);
    };
    const student = forward(images);
    const phase = Object.keys(card.phases?.(chosen.params) ?? {}).at(-1) ?? 'main';
    const given = { ops, params: chosen.params, extras, phase, images, forward };
    const answer = card.predict?.({ ...given, student, students: [student] }) ?? student.logits;
    return answer.dataSync() as Float32Array;
  });
  return { network, pixels, logits };
}

const CASES: readonly Case[] = [
  ['mlp', [12, 9, 1], { layers: 3, width: 16 }],
  ['cnn', [13, 18, 3], { blocks: 3 }],
  ['cnn', [20, 20, 1], { blocks: 2, head: 'average' }],
  ['resnet', [13, 11, 3], { depth: 14, width: 4 }],
  ['mobile', [17, 16, 1], { width: 4 }],
  ['vit', [13, 16, 3], { depth: 2 }],
  ['hvit', [13, 11, 1], { width: 16, heads: '2' }],
  ...['bspline', 'fast-rbf', 'rbf', 'cheby', 'jacobi', 'wavelet', 'relu'].map(
    (space) => ['kan', [14, 11, 1], { space, width: 4 }] as const,
  ),
  ['s-kan', [14, 11, 1], { width: 4 }],
  ['s-kan', [8, 8, 3], { width: 4, selection: 'hard' }],
  ['conv-kan', [19, 12, 1], { width: 4 }],
].map(
  ([model, image, params]) => ({ name: `${model} ${JSON.stringify(params)}`, model, image, params }) as Case,
);

/** Methods with an answer of their own. */
const OWN: readonly Case[] = [
  ['dho', {}],
  ['dho', { head: 'cosine', scale: 10 }],
  ['gdcan', {}],
  ['gdcan', { gates: 'shared' }],
  ['kd3', {}],
  ['kd3', {}, 'resnet'],
  ['knowledge-concentration', {}],
  ['knowledge-concentration', { layers: 'shared', pace: 'class', groups: 'confusion' }],
  ['lelp', {}],
  ['mdcs', {}],
  ['mixup-kd', {}],
  ['one', { ensemble: true }],
  ['proc-kd', { answers: 'augmented' }],
  ['rotnet', { features: 'frozen' }],
  ['rotnet', { features: 'frozen', readout: 'mlp', layer: 1 }],
  ['scalearn', { joined: 'softmax', task1: 0.5 }],
  ['scalearn', { transfer: 'fusion' }],
  ['twin-merging', { density: 0.5 }],
  ['twin-merging', { density: 0.5 }, 'mobile'],
  ['twin-merging', { mask: 'magnitude' }, 'vit'],
].map(([method, values, model = 'cnn']) => ({
  name: `${method} ${model} ${JSON.stringify(values)}`,
  model: model as string,
  image: [12, 12, 1],
  method: method as string,
  with: values as object,
}));

async function graphModelLogits(
  { json, bytes }: ReturnType<typeof writeGraphModel>,
  pixels: Float32Array,
  image: readonly number[],
) {
  const { modelTopology, weightsManifest, ...rest } = JSON.parse(json);
  const model = await loadGraphModel({
    load: async () => ({
      ...rest,
      modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weightData: bytes.buffer,
    }),
  });
  const logits = tf.tidy(() => (model.predict(tf.tensor(pixels, [ROWS, ...image])) as tf.Tensor).dataSync());
  model.dispose();
  return logits;
}

/** Relative to the largest logit where that is above 1. */
function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const scale = Math.max(1, ...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - (b[i] as number)))) / scale;
}

describe('networks as files', () => {
  it('are compared for every model, and for every method with an answer of its own', () => {
    expect(new Set(CASES.map(({ model }) => model))).toEqual(new Set(models.all.map(({ id }) => id)));
    const own = methods.all.filter(({ predict }) => predict).map(({ id }) => id);
    expect(new Set(OWN.map(({ method }) => method))).toEqual(new Set(own));
  });

  it.each([...CASES, ...OWN])('$name answers alike in ONNX Runtime and TensorFlow.js', async (each) => {
    const { network, pixels, logits } = trained(each);
    const graph = trace(network);
    const weights = new Map(network.tensors.map(({ name, data }) => [name, data]));
    const spread = Math.max(...logits) - Math.min(...logits);
    expect(spread).toBeGreaterThan(0.01);
    const onnx = await runOnnx(writeOnnx(graph, weights, {}), pixels, [ROWS, ...network.image]);
    expect(onnx.dims).toEqual([ROWS, CLASSES.length]);
    expect(farthest(onnx.logits, logits)).toBeLessThan(1e-5);
    const tfjs = await graphModelLogits(writeGraphModel(graph, weights, {}), pixels, network.image);
    expect(farthest(tfjs, logits)).toBeLessThan(1e-5);
  });
});
