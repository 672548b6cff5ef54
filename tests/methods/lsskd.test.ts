import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { gradients, read, tidy } from '../../src/engine/autodiff';
import { NetworkBuild } from '../../src/engine/layers';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../src/engine/types';
import { fixedRandom, makeStep, net, ops, table } from '../../src/golden/kit';
import method from '../../src/methods/lsskd';
import { grow, TURNS } from '../../src/methods/lsskd/branches';
import { soften, terms, upright } from '../../src/methods/lsskd/losses';
import { network, run } from '../trainer/support';
import { golden, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('lsskd');

const [rows, classes] = [3, 4];
const shapes = { embedding: 6, taps: { stem: [8, 8, 3], stage1: [8, 8, 3], stage2: [4, 4, 6] } };
const student = () =>
  net({
    logits: matrix(rows * TURNS, classes, 1),
    embedding: matrix(rows * TURNS, 6, 2),
    taps: Object.fromEntries(
      Object.entries(shapes.taps).map(([key, shape], i) => [key, normal([rows * TURNS, ...shape], 3 + i)]),
    ),
  });

function scene(changed: Partial<ReturnType<typeof paramsOf>> = {}, past: number | undefined = undefined) {
  const params = { ...paramsOf(), ...changed };
  const given = { params, classes, samples: rows, image: [8, 8, 1], student: shapes, teacher: undefined };
  const extras = grow(new NetworkBuild(1, 'extras'), given);
  const columns = classes * TURNS * (params.past === 'all' ? TURNS : 1);
  const filled = (width: number) =>
    table(
      past === undefined ? ops.zeros([rows, width]) : (ops.softmax(matrix(rows, width, past)) as Tensor2D),
    );
  const memory = { plain: filled(classes), joint: [filled(columns), filled(columns), filled(columns)] };
  const labels = labelsOf(rows, classes);
  const turned = ops.reshape(ops.tile(ops.expandDims(labels, 1), [1, TURNS]), [-1]) as Tensor1D;
  const index = ops.range(0, rows, 1, 'int32');
  const time = { epoch: ops.scalar(1), epochs: 2 };
  return { params, extras, memory, student: student(), labels: turned, classes, index, ...time };
}
const paramsOf = () => defaults(method.params);

describe('terms', () => {
  it('are plain training and the heads’ own task where the rest weighs nothing', async () => {
    const parts = scene({ softening: 0, layers: 0, features: 0 }, 5);
    const found = await termsOf(method, parts);
    const plain = upright(ops, parts.student.logits);
    expect(found['labels']).toBeCloseTo(
      await numberOf(() => ops.crossEntropy(plain, ops.oneHot(labelsOf(rows, classes), classes))),
      6,
    );
    expect([found['layers'], found['features']]).toEqual([0, 0]);
    // Three heads that know nothing yet: about log(classes turns) each.
    expect(found['joint']! / 3).toBeGreaterThan(0.5 * Math.log(classes * TURNS));
  });

  it('ignore an empty memory at any weight, so that the first epoch is hard', async () => {
    const soft = await termsOf(method, scene({ softening: 0.9, schedule: 'constant' }));
    const hard = await termsOf(method, scene({ softening: 0 }));
    expect(soft).toEqual(hard);
    const later = await termsOf(method, scene({ softening: 0.9, schedule: 'constant' }, 5));
    expect(later['labels']).not.toBeCloseTo(hard['labels']!, 3);
  });

  it('ramp the past up to its weight in the last epoch', async () => {
    const last = await termsOf(method, scene({ softening: 0.6 }, 5));
    const constant = await termsOf(method, scene({ softening: 0.6, schedule: 'constant' }, 5));
    expect(last).toEqual(constant);
  });

  it('teach the shallow branches alone, and leave the student’s embedding be', async () => {
    const z = [1, 2, 3].map((seed) => matrix(rows * TURNS, classes * TURNS, seed));
    const f = [4, 5, 6].map((seed) => matrix(rows * TURNS, 6, seed));
    const sure = (x: Tensor2D) => ops.softmax(x) as Tensor2D;
    const wanted = { plain: sure(matrix(rows, classes)), joint: z.map(sure) };
    const loss = (key: 'layers' | 'features', ...x: Tensor[]): Scalar => {
      const [joint, features] = [x.slice(0, 3) as Tensor2D[], x.slice(3, 6)];
      const answers = { plain: matrix(rows, classes), joint, features, last: x[6] as Tensor };
      return ops.add(terms(ops, answers, wanted, 3)[key], ops.mul(0, ops.addN(x.map((y) => ops.sum(y)))));
    };
    const all = [...z, ...f, matrix(rows * TURNS, 6, 7)];
    const moved = async (key: 'layers' | 'features') => {
      const slopes = tidy(() => gradients((...x) => loss(key, ...x), all));
      return Promise.all(slopes.map(async (slope) => (await read(slope)).some((g) => g !== 0)));
    };
    expect(await moved('layers')).toEqual([true, true, false, false, false, false, false]);
    expect(await moved('features')).toEqual([false, false, false, true, true, true, false]);
  });
});

describe('memory', () => {
  it.each(['all', 'upright'] as const)(
    'keeps the answers of each image under its own row: %s',
    async (past) => {
      const order = ops.tensor1d([2, 0, 1], 'int32');
      const parts = { ...scene({ past }), index: order };
      method.losses(makeStep(method, parts));
      const { plain, joint } = parts.memory;
      expect(plain.writes).toHaveLength(1);
      const [write] = plain.writes;
      expect(await numbersOf(() => write!.index.clone())).toEqual([2, 0, 1]);
      const answers = await numbersOf(() => ops.softmax(upright(ops, parts.student.logits)));
      expect(await numbersOf(() => write!.values.clone())).toEqual(answers);
      for (const { writes, columns } of joint) expect(writes[0]!.values.shape).toEqual([rows, columns]);
    },
  );

  it('softens upright rows alone where only they are remembered', async () => {
    const hard = ops.oneHot(labelsOf(2, 3), 3);
    const past = ops.tensor2d([0, 0, 0, 0.2, 0.3, 0.5], [2, 3]);
    const soft = await numbersOf(() => soften(ops, hard, past, ops.scalar(0.5)));
    expect(soft.slice(0, 3)).toEqual(await numbersOf(() => ops.slice(hard, [0, 0], [1, 3])));
    expect(soft.slice(3)).not.toEqual(await numbersOf(() => ops.slice(hard, [1, 0], [1, 3])));
  });
});

describe('in training', () => {
  it('turns every image, sample by sample', async () => {
    const images = normal([2, 4, 4, 1]) as Tensor4D;
    const labels = labelsOf(2, classes);
    const batch = { images, labels, targets: ops.oneHot(labels, classes) };
    const tools = { ops, params: paramsOf(), random: fixedRandom(), classes, phase: 'main' };
    const seen = method.input!(batch, tools);
    expect(seen.images.shape).toEqual([8, 4, 4, 1]);
    const first = ops.slice(seen.images, [4, 0, 0, 0], [1, -1, -1, -1]);
    expect(await numbersOf(() => first)).toEqual(
      await numbersOf(() => ops.slice(images, [1, 0, 0, 0], [1, -1, -1, -1])),
    );
    expect(await numbersOf(() => ops.cast(seen.labels, 'float32'))).toEqual([0, 0, 0, 0, 3, 3, 3, 3]);
  });

  it('moves the student and its heads, and the heads are gone afterwards', async () => {
    const teacher = network('mlp', { width: 4, layers: 1 }, 'teacher');
    const start = await network('cnn', { width: 4, blocks: 2 }, 'student').save();
    const { student: trained, lane } = await run(method, teacher, {}, { steps: 1 });
    const end = await trained.save();
    for (const name of trained.build.weights.keys()) expect(end[name], name).not.toEqual(start[name]);
    expect(lane.extrasBuild.parameters).toBeGreaterThan(0);
    expect(lane.parameters).toBe(network('cnn', { width: 4, blocks: 2 }, 'student').parameters);
    const images = normal([3, 16, 16, 1]) as Tensor4D;
    // What is predicted with the heads in place is what the student says alone, bit for bit.
    const [withHeads, alone] = [lane.predict(images), trained.forward(images, false).logits];
    expect(await numbersOf(() => withHeads.clone())).toEqual(await numbersOf(() => alone.clone()));
    lane.dispose();
  });

  it('shows as many heads as it has, and the student', () => {
    const shown = method.probe!(makeStep(method, scene({}, 5)));
    expect(shown['heads']!.shape).toEqual([4]);
    expect(shown['layers']!.shape).toEqual([3]);
  });
});
