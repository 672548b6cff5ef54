/** Images without labels as a second stream of a lane, with methods made up for the purpose. */
import { memory, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { Config } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { ImageStore } from '../../src/engine/kernels/image-batch';
import { ops } from '../../src/engine/ops/index';
import type { Tensor } from '../../src/engine/types';
import { type AnyMethod, methods, objectionOf, refusalOf } from '../../src/methods/index';
import { defineMethod, type Midway } from '../../src/methods/kit';
import { ready } from '../../src/share/catalogue';
import { tasks } from '../../src/tasks/index';
import { Evaluator, pixelsOf } from '../../src/trainer/evaluate';
import { Lane } from '../../src/trainer/lane';
import { makePass, makeValidation } from '../../src/trainer/pass';
import { factsOf, studentLanes } from '../../src/trainer/plan';
import { RunData } from '../../src/trainer/regime';
import { Shared } from '../../src/trainer/shared';
import { dataset, network } from './support';

const BATCH = 4;
const POOL = {
  name: 'unlabelled',
  pixels: dataset.splits.validation.pixels,
  count: dataset.splits.validation.count,
};

const bare = {
  name: 'Of the pool',
  family: 'logits',
  summary: 'Made up for a test.',
  formula: 'L',
  fidelity: 'adapted',
  deviations: 'None.',
  params: {},
  terms: { loss: 'Loss' },
} as const;

/** Reads what is there: labels, answers to the batch, answers to the pool. */
const beside = defineMethod({
  ...bare,
  id: 'beside',
  roles: { pool: { per: () => 2 } },
  losses: ({ ops: o, supervised, pool, teacher, student }) => ({
    loss: o.addN([
      supervised,
      o.distillation(student.logits, teacher.logits, 2),
      o.distillation(pool.student.logits, pool.teacher.logits, 2),
      o.mean(o.square(pool.student.embedding)),
    ]),
  }),
});

const alone = defineMethod({
  ...bare,
  id: 'alone',
  roles: { images: 'pool' },
  losses: ({ ops: o, teacher, student }) => ({ loss: o.distillation(student.logits, teacher.logits, 2) }),
});

const small = (scope: string) => network('mlp', { width: 4, layers: 1 }, scope);
const teacher = small('teacher');

type Share = NonNullable<ConstructorParameters<typeof Lane>[0]['pool']>;

function laneOf(method: AnyMethod, pool?: Share, net = small('student')): Lane {
  return new Lane({
    id: `${method.id}/1`,
    method,
    params: defaults(method.params),
    seed: 1,
    students: [net],
    frozenTeacher: teacher,
    ownTeachers: [],
    optimizer: ready.students[0]!.optimizer,
    teacherOptimizer: ready.teacher.optimizer,
    task: tasks.get('classification'),
    facts: factsOf(dataset),
    samples: pool && method.roles?.images ? pool.count : dataset.splits.train.count,
    pool,
    totalSteps: 8,
    stepsPerEpoch: 2,
  });
}

/** The rows of every step, in turn. */
async function play(lanes: readonly Lane[], { steps = 4, keeps = false, seen = (_: Shared) => {} } = {}) {
  const shared = new Shared(dataset, BATCH, undefined);
  const store = new ImageStore(pixelsOf(dataset, 'pool', POOL));
  for (const { options } of lanes) if (options.pool) shared.drawFrom({ store, seed: 1 }, options.pool.rows);
  shared.freeze(teacher, keeps);
  const segments = shared.segments();
  for (let step = 0; step < steps; step++) {
    shared.prepareStep(
      Int32Array.from({ length: BATCH }, (_, i) => step * BATCH + i),
      step,
    );
    for (const lane of lanes) await lane.turn();
    for (const lane of lanes) lane.prepareStep();
    tidy(() => {
      for (const segment of segments) if (segment.needed?.() ?? true) segment.run();
      seen(shared);
      for (const lane of lanes) lane.run(shared.batch());
    });
    for (const lane of lanes) lane.step = step + 1;
    await shared.keepAnswers(Number.POSITIVE_INFINITY, () => {});
  }
  const curves = await Promise.all(lanes.map((lane) => lane.ring.drain(steps)));
  const needed = Object.fromEntries(segments.map(({ id, needed }) => [id, needed?.() ?? true]));
  for (const lane of lanes) lane.dispose();
  shared.dispose();
  store.dispose();
  return { curves: curves.map((rows) => rows.map(({ values }) => [...values])), needed };
}

const share = (rows: number): Share => ({ count: POOL.count, rows });

it('what a step sees of a pool follows from its number, each image once before any comes again', async () => {
  const rows: number[][] = [];
  const seen = (shared: Shared) => void rows.push([...shared.batch().pools!.get(3)!.index.dataSync()]);
  const steps = Math.floor(POOL.count / 3);
  await play([laneOf(beside, share(3))], { steps, seen });
  const first = [...rows];
  expect(new Set(first.flat()).size).toBe(3 * steps);
  rows.length = 0;
  await play([laneOf(methods.get('kd')), laneOf(beside, share(3)), laneOf(beside, share(5))], { seen });
  expect(rows).toEqual(first.slice(0, 4));
});

it('one pass answers batch and pool, and each part is that of the whole', async () => {
  const tried = laneOf(
    defineMethod({
      ...beside,
      losses(step) {
        const { student, pool, images } = step;
        const all = ops.concat([images, pool.images], 0);
        const whole = lane.options.students[0]!.forward(all as typeof images, true, false);
        const same = (a: Tensor, b: Tensor, from: number) =>
          expect([...a.dataSync()]).toEqual([...b.dataSync().slice(from, from + a.size)]);
        same(student.logits, whole.logits, 0);
        same(pool.student.logits, whole.logits, student.logits.size);
        same(pool.student.embedding, whole.embedding, student.embedding.size);
        for (const [name, tap] of Object.entries(pool.student.taps))
          same(tap, whole.taps[name]!, student.taps[name]!.size);
        same(pool.teacher.logits, teacher.forward(pool.images, false).logits, 0);
        expect([pool.rows, pool.index.shape[0], pool.students[0]]).toEqual([8, 8, pool.student]);
        return beside.losses(step);
      },
    }),
    share(8),
    network('cnn', { width: 4, blocks: 2 }, 'student'),
  );
  const lane = tried;
  const { curves } = await play([tried], { steps: 2 });
  expect(curves[0]!.flat().every(Number.isFinite)).toBe(true);
});

it('kept answers equal answers; lanes without a pool are the same beside one that has it, and pay nothing', async () => {
  const before = memory().numTensors;
  const asked = await play([laneOf(methods.get('kd')), laneOf(beside, share(8))]);
  const kept = await play([laneOf(methods.get('kd')), laneOf(beside, share(8))], { keeps: true });
  const plain = await play([laneOf(methods.get('kd'))]);
  expect(kept.curves).toEqual(asked.curves);
  expect(plain.curves[0]).toEqual(asked.curves[0]);
  expect(kept.needed).toMatchObject({ 'pool of 8/teacher': false, 'pool of 8/teacher as kept': true });
  expect(Object.keys(plain.needed)).toEqual(['shared/batch', 'shared/teacher']);
  expect(memory().numTensors).toBe(before);
});

it('a method that sees the pool alone is told of no label', async () => {
  const lane = laneOf(alone, share(BATCH));
  const pass = makePass(dataset, teacher, new Evaluator(dataset), lane);
  expect([pass.samples, pass.pool?.samples, lane.given().samples]).toEqual([
    POOL.count,
    POOL.count,
    POOL.count,
  ]);
  expect(() => pass.labels).toThrow('without labels only');
  const { curves } = await play([lane]);
  expect(curves[0]!.every(([, accuracy]) => accuracy === 0)).toBe(true);
  for (const key of ['labels', 'targets', 'supervised'] as const) {
    const peeking = {
      ...alone,
      losses: (step: Record<typeof key, Tensor>) => ({ loss: ops.mean(step[key]) }),
    };
    await expect(play([laneOf(peeking as AnyMethod, share(BATCH))])).rejects.toThrow('asked for labels');
  }
});

it('a pass tells what the networks answer to the pool', async () => {
  const lane = laneOf(beside, share(8));
  const evaluator = new Evaluator(dataset);
  evaluator.retrain(dataset, POOL);
  const { pool } = makePass(dataset, teacher, evaluator, lane);
  const { logits, width } = await pool!.teacherOutputs();
  const same = await evaluator.logits(
    { id: 'x', predict: (x) => teacher.forward(x, false).logits },
    'validation',
  );
  expect(logits).toEqual(same);
  expect(width).toBe(teacher.body.embedding);
  expect((await pool!.studentOutputs())[0]).toHaveLength(logits.length);
  expect(makePass(dataset, teacher, evaluator, laneOf(methods.get('kd'))).pool).toBeUndefined();
  evaluator.dispose();
});

it('the pull of a loss on what heads share is its slope there, without the head', async () => {
  const net = small('student');
  const below = [...net.build.weights].flatMap(([name, weight]) => (name.startsWith('head') ? [] : [weight]));
  const pulled = laneOf(
    defineMethod({
      ...beside,
      probe: (step) => ({ pull: step.gradientOf(['loss']), loss: beside.losses(step).loss }),
    }),
    share(8),
    net,
  );
  const seen = (shared: Shared) => {
    const { pull } = pulled.probe(shared.batch());
    const lossAt = (share: number) => {
      let from = 0;
      for (const weight of below) {
        const part = ops.reshape(ops.slice(pull!, [from], [weight.size]), weight.shape);
        weight.assign(ops.add(weight, ops.mul(part, share)));
        from += weight.size;
      }
      expect(from).toBe(pull!.size);
      return pulled.probe(shared.batch())['loss']!.dataSync()[0]!;
    };
    const length = ops.sum(ops.square(pull!)).dataSync()[0]!;
    const step = 1e-3;
    const [after, before] = [lossAt(step), lossAt(-2 * step)];
    expect((after - before) / (2 * step) / length).toBeCloseTo(1, 1);
  };
  await play([pulled], { steps: 1, seen });
});

it('a picture sees the weights of the student as they are now, by their names', async () => {
  const net = small('student');
  const seeing = laneOf(defineMethod({ ...beside, probe: ({ weights }) => ({ ...weights }) }), share(8), net);
  const seen = (shared: Shared) => {
    const told = seeing.probe(shared.batch());
    expect(Object.keys(told)).toEqual([...net.build.weights.keys()]);
    for (const [name, weight] of net.build.weights) expect(told[name]!.dataSync()).toEqual(weight.dataSync());
  };
  await play([seeing], { steps: 2, seen });
});

it('an epoch is told before its first step, and what is chosen is written', async () => {
  const told: unknown[] = [];
  const telling = defineMethod({
    ...alone,
    prepare: () => 'memory',
    epoch: (epoch: number, pass: Midway, held: string) =>
      void told.push([epoch, pass.samples, held, lane.step]),
    extras: (build) => ({ state: build.state('mix', [2], 0) }),
    async choose(held) {
      const rows = await held.answers(({ student }) => student.logits);
      told.push(rows.length === held.labels.length * held.classes);
      held.write((held.extras as { state: never }).state, Float32Array.of(1, 2));
    },
  }) as AnyMethod;
  const lane = laneOf(telling, share(BATCH));
  const evaluator = new Evaluator(dataset);
  lane.midway = makePass(dataset, teacher, evaluator, lane);
  lane.memory = 'memory';
  await telling.choose!(makeValidation(evaluator, lane), 'memory', {});
  expect([...(lane.extras as { state: Tensor }).state.dataSync()]).toEqual([1, 2]);
  await play([lane], { steps: 4 });
  expect(told).toEqual([true, [0, POOL.count, 'memory', 0], [1, POOL.count, 'memory', 2]]);
  evaluator.dispose();
});

it('without a pool such a method is refused, with the way out', () => {
  const around = (pool: boolean) => ({ teacher: 'trained', pool }) as const;
  for (const method of [beside, alone]) {
    expect(objectionOf(method, around(true))).toBeUndefined();
    expect(objectionOf(method, around(false))).toMatch(/Of the pool .*hides labels, or drop images/);
  }
  expect(refusalOf({ id: 'kd', params: {} }, around(false))).toBeUndefined();
});

it('the pool of a run is what a regime hid, and none without', () => {
  const config: Config = { ...ready, students: [], regimes: [] };
  expect(new RunData(config, dataset).pool).toBeUndefined();
  const chosen = {
    id: 'labelled-fraction',
    params: { share: 50, minimum: 1, teacher: 'full', budget: 'updates' },
  };
  const data = new RunData({ ...config, regimes: [chosen] }, dataset);
  const { count } = dataset.splits.train;
  expect(data.students.splits.train.count + data.outcome.pooled.length).toBe(count);
  expect(data.pool!.count).toBeLessThanOrEqual(data.outcome.pooled.length);
  expect(data.report(undefined)).toMatchObject({ pooled: data.outcome.pooled.length, teacher: count });
  expect(studentLanes({ ...config, regimes: [chosen] }, data, teacher)).toEqual([]);
});
