import * as tf from '@tensorflow/tfjs-core';
import { type OptimizerValues, optimizerSchema } from '../../../src/core/config';
import { defaults } from '../../../src/core/params';
import { hash, hashText } from '../../../src/core/rng';
import { Clock, FixedInput } from '../../../src/engine/inputs';
import { type Answers, batchAccuracyTwin } from '../../../src/engine/kernels/batch-accuracy';
import { castTwin } from '../../../src/engine/kernels/cast';
import { gatherParts, gatherPartsTwin } from '../../../src/engine/kernels/gather-parts';
import {
  type Augment,
  ImageStore,
  imageBatchTwin,
  type Pixels,
} from '../../../src/engine/kernels/image-batch';
import { NetworkBuild } from '../../../src/engine/layers';
import { optimizerTwin } from '../../../src/engine/optimizer-twin';
import { Optimizer } from '../../../src/engine/optimizers';
import { Placement } from '../../../src/engine/placement';
import { aligned } from '../../../src/engine/places';
import { randomTwin, StepRandom } from '../../../src/engine/random';
import { type Column, RING_ROWS, Ring } from '../../../src/engine/ring';
import { perChannelTwin, transposeTwin } from '../../../src/engine/stock-forms';
import { DeviceTable } from '../../../src/engine/table';
import { gradientsOf, readTensor } from '../../../src/engine/weights';
import type { Bench, Check } from './lab';

const ints = (bench: Bench, n: number, below: number) =>
  Int32Array.from({ length: n }, () => bench.rng.below(below));

async function random(bench: Bench, { n, step }: { n: number; step: number }): Promise<void> {
  const clock = new Clock();
  clock.set(step, 0, 0);
  const draws = new StepRandom(7, 'lane', clock);
  const key = hash(7, hashText('lane/noise'));
  await bench.compare('uniform', draws.uniform('noise', [n]), randomTwin(key, step, n, false));
  const order = await draws.permutation('noise', n).data();
  const sorted = Int32Array.from(order).sort();
  const float = tf.tensor(Float32Array.from(sorted));
  await bench.compare('permutation', float, Float32Array.from(sorted.keys()));
  clock.dispose();
}

async function normal(bench: Bench, { n, step }: { n: number; step: number }): Promise<void> {
  const clock = new Clock();
  clock.set(step, 0, 0);
  const key = hash(7, hashText('lane/noise'));
  const drawn = new StepRandom(7, 'lane', clock).normal('noise', [n]);
  await bench.compare('normal', drawn, randomTwin(key, step, n, true));
  clock.dispose();
}

interface ImageShape {
  readonly shape: [number, number, number];
  readonly batch: number;
  readonly augment?: Omit<Augment, 'seed'>;
}

async function images(bench: Bench, { shape, batch, augment }: ImageShape): Promise<void> {
  const [h, w, c] = shape;
  const count = 11;
  const data = Uint8Array.from({ length: count * h * w * c }, () => bench.rng.below(256));
  const each = <T>(make: (i: number) => T) => Array.from({ length: c }, (_, i) => make(i));
  const pixels: Pixels = { data, count, shape, mean: each((i) => 100 + i), std: each((i) => 50 + 3 * i) };
  const index = new FixedInput<tf.Tensor1D>([batch], 'int32');
  index.set(ints(bench, batch, count));
  const clock = new Clock();
  const store = new ImageStore(pixels);
  const how = augment && { ...augment, seed: 5 };
  for (const step of [0, 3]) {
    clock.set(step, 0, 0);
    const want = imageBatchTwin(pixels, index.values as Int32Array, how, step);
    await bench.compare(`step ${step}`, store.batch(index, clock, how), want);
  }
  const labels = ints(bench, count, 4);
  const all = new FixedInput<tf.Tensor1D>([count], 'int32');
  all.set(labels);
  const made = store.labelled(index, clock, how, { all: all.tensor, classes: 4 });
  const rows = [...index.values].map((row) => labels[row]!);
  await bench.compare('with labels', made.images, imageBatchTwin(pixels, index.values as Int32Array, how, 3));
  await bench.compare(
    'targets',
    made.targets,
    rows.flatMap((y) => [0, 1, 2, 3].map((k) => Number(k === y))),
  );
  await bench.compare('labels', tf.cast(made.labels, 'float32'), rows);
  store.dispose();
}

async function optimizer(
  bench: Bench,
  { values, sizes, only }: { values: Partial<OptimizerValues>; sizes: number[]; only?: number[] },
): Promise<void> {
  const how = { ...defaults(optimizerSchema), ...values };
  const steps = 4;
  const start = sizes.map((n) => bench.values(n));
  const variables = start.map((v) => tf.variable(tf.tensor(v)));
  const placement = new Placement(variables);
  const trained = only ?? sizes.map((_, i) => i);
  const rule = new Optimizer(
    placement,
    trained.map((i) => variables[i]!),
    how,
  );
  const gradients = Array.from({ length: steps }, () => trained.map((i) => bench.values(sizes[i]!)));
  for (let step = 0; step < steps; step++) {
    rule.prepare(step, steps);
    tf.tidy(() => rule.apply(gradients[step]!.map((g) => tf.tensor(g))));
  }
  const joined = (parts: readonly Float32Array[]) => parts.flatMap((part) => [...part]);
  const want = optimizerTwin(joined(trained.map((i) => start[i]!)), gradients.map(joined), how, steps);
  const got = joined(await Promise.all(trained.map((i) => readTensor(variables[i]!))));
  await bench.compare('weights', tf.tensor(got), want);
  for (const [i, variable] of variables.entries())
    if (!trained.includes(i))
      await bench.compare('untouched', tf.tensor(await readTensor(variable)), start[i]!);
  rule.dispose();
}

/**
 * One step of plain gradient descent of rate 1, so that weights move by their gradients, which are known from before
 * there was an optimiser. `uses`: passes in one loss. `again`: the gradients are also taken once before.
 */
async function places(bench: Bench, { uses, again }: { uses: number; again?: boolean }): Promise<void> {
  const build = new NetworkBuild(3, 'places');
  build.updateStatistics = false;
  const conv = build.conv('conv', [6, 6, 3], 4);
  const norm = build.batchNorm('norm', conv.out, { relu: true });
  const deep = build.depthwise('deep', conv.out);
  const rows = build.layerNorm('rows', [144]);
  const head = build.dense('head', [144], 5);
  const inputs = Array.from({ length: uses }, () => bench.tensor(bench.values(216), [2, 6, 6, 3]));
  const pass = (x: tf.Tensor) =>
    tf.mean(tf.square(head(rows(tf.reshape(deep(norm(conv(x))), [2, -1]))))) as tf.Scalar;
  const weights = [...build.weights.values()];
  const take = () => gradientsOf(() => tf.addN(inputs.map(pass)) as tf.Scalar, weights) as tf.Tensor[];
  const plain = take();
  const want = await Promise.all(plain.map(readTensor));
  tf.dispose(plain);
  const placement = new Placement(weights);
  const how = { kind: 'sgd', rate: 1, momentum: 0, schedule: 'constant', warmup: 0, clip: 0 } as const;
  const rule = new Optimizer(placement, weights, { ...defaults(optimizerSchema), ...how, weightDecay: 0 });
  const before = await Promise.all(weights.map(readTensor));
  rule.prepare(0, 1);
  const buffers = new Set<GPUBuffer>();
  tf.tidy(() => {
    if (again) take();
    const gradients = take();
    for (const gradient of gradients) buffers.add(bench.gpu.region(gradient).buffer);
    rule.apply(gradients);
  });
  const after = await Promise.all(weights.map(readTensor));
  for (const [i, start] of before.entries())
    await bench.compare(`weight ${i}`, tf.tensor(start.map((v, k) => v - after[i]![k]!)), want[i]!);
  if (uses === 1 && !again) await bench.compare('buffers', tf.tensor1d([buffers.size]), [1]);
  rule.dispose();
  placement.dispose();
  build.dispose();
}

async function table(bench: Bench, { rows, columns, n }: { rows: number; columns: number; n: number }) {
  const start = bench.values(rows * columns);
  const memory = new DeviceTable(rows, columns, start);
  const order = [...bench.rng.permutation(rows)].slice(0, n);
  const index = tf.tensor1d(order, 'int32');
  const written = bench.values(n * columns);
  const rowOf = (from: Float32Array, row: number) => [...from.subarray(row * columns, (row + 1) * columns)];
  await bench.compare(
    'read',
    memory.read(index),
    order.flatMap((row) => rowOf(start, row)),
  );
  memory.write(index, tf.tensor2d(written, [n, columns]));
  const want = Float32Array.from(start);
  order.forEach((row, i) => {
    want.set(rowOf(written, i), row * columns);
  });
  await bench.compare('all', tf.tensor(await readTensor(memory.values)), want);
  memory.dispose();
}

interface RingShape {
  readonly columns: number;
  readonly steps: number;
  /** Rows and classes of the answers whose accuracy is the second column. */
  readonly answers?: readonly [n: number, k: number];
}

async function ring(bench: Bench, { columns, steps, answers }: RingShape): Promise<void> {
  const clock = new Clock();
  const rows = new Ring(columns);
  const [n, k] = answers ?? [0, 0];
  const z = bench.values(n * k);
  const labels = ints(bench, n, k);
  const given: Answers | undefined = answers && {
    logits: tf.tensor2d(z, [n, k]),
    labels: tf.tensor1d(labels, 'int32'),
  };
  for (let step = 0; step < steps; step++) {
    clock.set(step, 0, 0);
    tf.tidy(() => {
      const scalars = Array.from({ length: columns }, (_, c): Column => tf.scalar(step * 100 + c));
      rows.write(given ? scalars.with(1, given) : scalars, clock);
    });
  }
  const kept = await rows.drain(steps);
  const first = Math.max(0, steps - RING_ROWS);
  const want = Array.from({ length: steps - first }, (_, i) => {
    const row = Array.from({ length: columns }, (_, c) => (first + i) * 100 + c);
    return answers ? row.with(1, batchAccuracyTwin(z, labels)) : row;
  });
  await bench.compare('rows', tf.tensor(kept.flatMap(({ values }) => [...values])), want.flat());
  rows.dispose();
}

async function small(bench: Bench, { n, k }: { n: number; k: number }): Promise<void> {
  const labels = ints(bench, n, k);
  const truth = tf.tensor1d(labels, 'int32');
  await bench.compare('cast', tf.cast(truth, 'float32'), castTwin(labels));
}

async function transpose(bench: Bench, { n, d }: { n: number; d: number }): Promise<void> {
  const x = bench.values(n * d);
  await bench.compare('transpose', tf.transpose(bench.tensor(x, [n, d])), transposeTwin(x, n, d));
}

/** Tensors of several ranks beside a vector of `d`, on either side. */
async function perChannel(bench: Bench, { n, d }: { n: number; d: number }): Promise<void> {
  const [x, v] = [bench.values(n * d), bench.values(d)];
  const vector = bench.tensor(v, [d]);
  for (const shape of [
    [n, d],
    [1, n, 1, d],
  ]) {
    const tensor = bench.tensor(x, shape);
    await bench.compare(
      'product',
      tf.mul(tensor, vector),
      perChannelTwin(x, v, (a, b) => a * b),
    );
    await bench.compare(
      'difference',
      tf.sub(vector, tensor),
      perChannelTwin(x, v, (a, b) => b - a),
    );
    const less = tf.cast(tf.less(tensor, vector), 'float32');
    await bench.compare(
      'less',
      less,
      perChannelTwin(x, v, (a, b) => Number(a < b)),
    );
  }
}

interface Parts {
  /** Floats of each part. */
  readonly sizes: readonly number[];
  readonly splits: number;
  /** Floats before the first partial result. */
  readonly start?: number;
}

async function gather(bench: Bench, { sizes, splits, start = 0 }: Parts): Promise<void> {
  const flat = bench.gpu.createPlace(
    sizes.reduce((n, size) => n + aligned(4 * size), 0),
    'flat',
  );
  let offset = 0;
  const parts = sizes.map((size) => {
    const values = bench.values(start + splits * (size + 1), true);
    const tensor = bench.tensor(values, [values.length]);
    const part = { tensor, values, size, offset, splits, stride: size + 1, start };
    offset += aligned(4 * size) / 4;
    return part;
  });
  gatherParts(bench.gpu, flat.view(), parts);
  const got = new Float32Array(await bench.gpu.readRegion(flat.view()));
  await bench.compare('flat', tf.tensor(got), gatherPartsTwin(new Float64Array(got.length), parts));
  flat.destroy();
}

export const engineChecks: Record<string, Check<never>> = {
  random: random as Check<never>,
  normal: normal as Check<never>,
  images: images as Check<never>,
  optimizer: optimizer as Check<never>,
  places: places as Check<never>,
  table: table as Check<never>,
  ring: ring as Check<never>,
  small: small as Check<never>,
  'per-channel': perChannel as Check<never>,
  transpose: transpose as Check<never>,
  gather: gather as Check<never>,
};
