import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/core/config';
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { Rng } from '../../src/core/rng';
import { builtins } from '../../src/data';
import { prepare } from '../../src/data/prepare';
import { NetworkBuild } from '../../src/engine/layers';
import type { NetOutput, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../src/engine/types';
import { fixedRandom, makeStep, net, ops, table } from '../../src/golden/kit';
import { methods } from '../../src/methods';
import { models } from '../../src/models';
import { catalogue, ready } from '../../src/share/catalogue';
import { parityFiles } from '../../src/share/parity/files';
import { writeSafetensors } from '../../src/share/safetensors';
import { setupImages } from '../../src/trainer/images';

/** Debian's own Python has PyTorch; another one may be named. */
const PYTHON = process.env['CONDENSER_PYTHON'] ?? '/usr/bin/python3';
const usable = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'condenser-parity-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [ROWS, CLASSES] = [6, 5];
const rng = new Rng(11, 'parity');
const random = (shape: readonly number[], scale = 1): Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * rng.normal()),
    [...shape],
  );

const answer = (): NetOutput =>
  net({
    logits: random([ROWS, CLASSES], 2) as Tensor2D,
    embedding: random([ROWS, 7]) as Tensor2D,
    taps: { stem: random([ROWS, 6, 6, 3]), stage1: random([ROWS, 6, 6, 3]), stage2: random([ROWS, 9, 4]) },
  });
const wider = (): NetOutput => ({
  ...answer(),
  embedding: random([ROWS, 11]) as Tensor2D,
  taps: { stem: random([ROWS, 8, 8, 4]), stage1: random([ROWS, 4, 4, 5]) },
});

const plain = ({ logits, embedding, taps }: NetOutput) => ({
  logits: logits.arraySync(),
  embedding: embedding.arraySync(),
  taps: Object.fromEntries(Object.entries(taps).map(([name, tap]) => [name, tap.arraySync()])),
});

/** Parameters away from the defaults, so that every branch is compared. */
const VARIANTS: Readonly<Record<string, readonly object[]>> = {
  'labels-only': [{}],
  'label-smoothing': [{}, { epsilon: 0.3 }],
  kd: ['forward', 'reverse', 'jensen-shannon', 'total-variation'].map((divergence) => ({ divergence })),
  dkd: [{}, { alpha: 0.5, beta: 8, temperature: 2, warmup: 0 }],
  lskd: [{}, { base: 'dkd', alpha: 2, beta: 3 }],
  dist: [{}, { inter: 1, intra: 3, temperature: 1 }],
  at: [{}, { power: 3 }],
  sp: [{}],
  rkd: [{}, { rows: 4 }],
  sinkd: [{}, { scale: 'released', squared: false, sweeps: 7 }, { anneal: true, temperature: 4 }],
  'born-again': [{}, { form: 'confidence' }, { form: 'permuted' }],
  'data-pruning-kd': [{}, { rule: 'manual', alpha: 0.4 }],
  dml: [{}, { peers: 3, average: true, temperature: 2 }],
  kdcl: ['minlogit', 'naive', 'linear', 'general'].map((rule) => ({ rule, peers: 3 })),
  'ps-kd': [{}, { strength: 0.4 }],
  'bd-kd': ['hard', 'soft', 'equal', 'flip'].map((gate) => ({ gate, student: 0.7 })),
  mlkd: [{}],
};

function termsOf(id: string, changes: object, place: number) {
  const method = methods.get(id);
  const params = { ...defaults(method.params as Schema), ...changes } as AnyValues;
  const peers = Math.max(1, method.roles?.peers?.(params) ?? 1);
  const students = Array.from({ length: peers }, answer);
  const teacher = wider();
  const labels = Array.from({ length: ROWS }, (_, i) => (i * 2 + 1) % CLASSES);
  const stored = ops.softmax(random([ROWS, CLASSES]));
  // The last image has not been seen yet.
  const memory = ops.mul(stored, ops.tensor2d([1, 1, 1, 1, 1, 0], [ROWS, 1])) as Tensor2D;
  const order = [2, 0, 3, 1];
  const [progress, epoch, epochs, kept] = [0.03, 2, 5, 0.3];
  const step = makeStep(method, {
    params,
    students,
    student: students[0]!,
    teacher,
    labels: tf.tensor1d(labels, 'int32'),
    memory: table(memory),
    progress: ops.scalar(progress),
    epoch: ops.scalar(epoch),
    epochs,
    regime: { kept, noisyTeacher: false },
    random: { ...fixedRandom(), permutation: () => tf.tensor1d(order, 'int32') as Tensor1D },
  });
  const terms = Object.entries(method.losses(step)).map(([key, term]) => [key, (term as Tensor).arraySync()]);
  const none = method.roles?.teacher === 'none';
  return {
    ...{ name: `${id} ${place}`, method: id, params, labels, progress, epoch, epochs, kept, order },
    ...{ memory: memory.arraySync(), students: students.map(plain), terms: Object.fromEntries(terms) },
    ...(none ? {} : { teacher: plain(teacher) }),
  };
}

function modelCase(id: string, image: readonly number[], changes: object) {
  const card = models.get(id);
  const params = { ...defaults(card.params as Schema), ...changes } as AnyValues;
  const build = new NetworkBuild(3, id);
  const body = card.build(build, ops, { image, classes: CLASSES }, params);
  for (const [name, variable] of build.entries())
    variable.assign(
      tf.add(tf.mul(variable, /variance/.test(name) ? 1.4 : 1), tf.abs(random(variable.shape, 0.1))),
    );
  build.training = false;
  const channels = image[2] as number;
  const [mean, std] = [[110, 90, 100].slice(0, channels), [60, 50, 70].slice(0, channels)];
  const shape = [2, ...image];
  const pixels = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.below(256));
  const { logits, taps } = body.forward(tf.div(tf.sub(tf.tensor(pixels, shape), mean), std) as Tensor4D);
  const tensors = build
    .entries()
    .map(([name, v]) => ({ name, shape: v.shape, data: v.dataSync() as Float32Array }));
  const name = `${id} ${JSON.stringify(changes)}`;
  const file = `${name.replace(/\W+/g, '-')}.safetensors`;
  const about = { model: { id, params }, image, mean, std };
  const texts = Object.fromEntries(Object.entries(about).map(([key, value]) => [key, JSON.stringify(value)]));
  writeFileSync(join(folder, file), writeSafetensors(tensors, texts));
  const seen = Object.entries(taps).map(([tap, x]) => [
    tap,
    { shape: x.shape, data: Array.from(x.dataSync()) },
  ]);
  return {
    ...{ name, file, classes: CLASSES, pixels, shape, logits: Array.from(logits.dataSync()) },
    taps: Object.fromEntries(seen),
  };
}

/** A small set-up: 200 glyphs, two networks, two epochs. */
const SMALL = checkConfig(
  {
    ...{ version: 1, dataset: { id: 'glyphs', params: { count: 400 } }, data: { size: 8 } },
    teacher: { model: { id: 'mlp', params: { width: 32, layers: 1 } }, epochs: 3 },
    students: ['ps-kd', 'kd', 'dml', 'bd-kd', 'at', 'crd'].map((id, i) => ({
      ...{
        key: `s${i + 1}`,
        method: { id },
        model: { id: 'mlp', params: { width: 16, layers: 1 } },
        optimizer: { rate: 0.02 },
      },
    })),
    training: { epochs: 3, batchSize: 32, crop: 1, flip: true, cutout: 2 },
    regimes: [{ id: 'few-shot' }],
  },
  ready,
  catalogue,
).config;

function imagesOf() {
  const { dataset, data } = SMALL;
  if (dataset.source !== 'builtin') throw new Error('The set-up names a built-in data set.');
  const raw = builtins.get(dataset.id).generate(dataset.params, data.splitSeed, data.size);
  return setupImages(SMALL, prepare(raw, data));
}
const exported = () => parityFiles(SMALL, imagesOf(), (key) => key);

describe('Python files', () => {
  it('name the splits, and what is not written for PyTorch', () => {
    const files = exported();
    const setup = JSON.parse(String(files['setup.json']));
    const rows = (name: string) =>
      String(files[`splits/${name}.csv`])
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[0]));
    const all = new Set([...rows('teacher'), ...rows('validation'), ...rows('test')]);
    expect(all.size).toBe(400);
    expect(rows('train').length).toBeLessThan(rows('teacher').length);
    expect(rows('train').length / rows('teacher').length).toBeCloseTo(setup.kept, 9);
    expect(setup.students.map((s: { key: string }) => s.key)).toEqual(['s1', 's2', 's3', 's4', 's5']);
    expect(String(files['README.txt'])).toContain('s6: Contrastive');
    expect(() =>
      parityFiles({ ...SMALL, students: SMALL.students.slice(5) }, imagesOf(), (key) => key),
    ).toThrow('not written for PyTorch');
  });

  it.skipIf(!usable)('compute what the page computes (needs PyTorch)', () => {
    for (const [name, content] of Object.entries(exported())) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const checks = {
      golden: [
        ...['kd', 'dkd', 'dist', 'lskd', 'at', 'sp', 'rkd', 'label-smoothing', 'born-again', 'ps-kd', 'mlkd'],
        ...['dml', 'kdcl', 'sinkd', 'bd-kd'],
      ],
      terms: Object.entries(VARIANTS).flatMap(([id, all]) =>
        all.map((changes, i) => termsOf(id, changes, i)),
      ),
      models: [
        modelCase('mlp', [9, 7, 1], { width: 8 }),
        modelCase('cnn', [13, 18, 3], { blocks: 2 }),
        modelCase('cnn', [40, 23, 1], { blocks: 2, width: 4 }),
        modelCase('cnn', [12, 12, 1], { blocks: 5, width: 2, head: 'average' }),
        modelCase('resnet', [13, 11, 3], { depth: 14, width: 4 }),
        modelCase('mobile', [17, 16, 1], { width: 4 }),
        modelCase('vit', [13, 16, 3], { depth: 2, heads: '2', width: 8 }),
      ],
      training: ['s1', 's2', 's3', 's4'],
      configs: ['s2', 's5'],
    };
    writeFileSync(join(folder, 'checks.json'), JSON.stringify(checks));
    const script = join(import.meta.dirname, 'parity_check.py');
    const golden = join(import.meta.dirname, '../golden');
    const { stdout, stderr, status } = spawnSync(PYTHON, [script, folder, golden], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const errors = stdout
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('['))
      .map((line) => JSON.parse(line) as [string, number]);
    expect(errors.length).toBeGreaterThan(120);
    expect(errors.filter(([, error]) => !(error < 1e-5))).toEqual([]);
  });
});
