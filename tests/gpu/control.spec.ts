import type { Look, Looked, NetworkCard, ToWorker } from '../../src/worker/protocol';
import { expect, floats, type Heard, test } from './worker';

const failures = ({ messages }: Heard) => messages.filter((m) => m.type === 'run-failed');
const rows = (heard: Heard, learner: string) =>
  (heard.curves[learner]?.length ?? 0) / (heard.columns[learner] ?? 1);
const TINY_CNN = { id: 'cnn', params: { width: 4, blocks: 2 } };

test('pause, single steps and resume leave the curves as they are', async ({ run }) => {
  const setup = { methods: ['kd'], epochs: 6 } as const;
  const undisturbed = await run(setup);
  const disturbed = await run(setup, {
    at: [{ step: 12, message: { type: 'pause' } }],
    onPaused: [{ type: 'step' }, { type: 'step' }, { type: 'resume' }],
  });
  expect(disturbed.messages.filter((m) => m.type === 'paused')).toHaveLength(3);
  expect(disturbed.messages.filter((m) => m.type === 'finished')).toHaveLength(1);
  expect(disturbed.curves).toEqual(undisturbed.curves);
});

test('looking into a paused run changes nothing that follows', async ({ run }) => {
  const setup = { methods: ['kd'], epochs: 6, model: TINY_CNN } as const;
  const undisturbed = await run(setup);
  const look = (request: number, look: Look): ToWorker => ({ type: 'look', request, look });
  const looked = await run(setup, {
    at: [10, 40].map((step) => ({ step, message: { type: 'pause' } })),
    onPaused: [
      look(1, { kind: 'places', split: 'validation', row: 2, target: 'truth' }),
      look(2, { kind: 'map', split: 'validation', rows: 40, way: 'pca' }),
    ],
    thenResume: true,
  });
  expect(failures(looked)).toEqual([]);
  expect(looked.messages.filter((m) => m.type === 'paused')).toHaveLength(2);
  expect(looked.curves).toEqual(undisturbed.curves);
  const { found } = looked.replies[1] as { found: Extract<Looked, { kind: 'places' }> };
  expect(found.items.map(({ learner }) => learner)).toEqual(['teacher', 'kd/1']);
  for (const { maps } of found.items)
    expect(maps.map(({ tap }) => tap)).toEqual(['stem', 'stage1', 'stage2']);
  const map = looked.replies[2] as { found: Extract<Looked, { kind: 'map' }> };
  expect(map.found.items.map(({ learner }) => learner)).toEqual(['teacher', 'kd/1']);
});

test('two seeds are two lanes that start and end differently', async ({ run }) => {
  const heard = await run({ methods: ['labels-only'], seeds: [1, 2] });
  expect(failures(heard)).toEqual([]);
  expect(rows(heard, 'labels-only/1')).toBe(20);
  expect(rows(heard, 'labels-only/2')).toBe(20);
  expect(heard.curves['labels-only/1']).not.toEqual(heard.curves['labels-only/2']);
  const test = heard.messages.flatMap((m) => (m.type === 'evaluated' ? m.evaluations : []));
  expect(
    test
      .filter(({ split }) => split === 'test')
      .map(({ learner }) => learner)
      .sort(),
  ).toEqual(['labels-only/1', 'labels-only/2', 'teacher']);
});

test('a teacher can train beside its students', async ({ run }) => {
  const heard = await run({ methods: ['kd', 'fitnet', 'bd-kd', 'scalekd'], mode: 'online', model: TINY_CNN });
  expect(failures(heard)).toEqual([]);
  const started = heard.messages.find((m) => m.type === 'started');
  expect(started).toMatchObject({ totalSteps: 20 });
  for (const learner of ['teacher', 'kd/1', 'fitnet/1', 'bd-kd/1', 'scalekd/1']) {
    expect(rows(heard, learner), learner).toBe(20);
    expect(floats(heard.curves[learner]!).every(Number.isFinite), learner).toBe(true);
  }
});

test('a kept network teaches as it did, a student too, and a missing one is named', async ({ run }) => {
  const keep = (request: number, learner: string) =>
    ({
      step: 10_000,
      message: { type: 'keep-network', request, learner, name: learner, label: 'x' },
    }) as const;
  const first = await run(
    { methods: ['labels-only'] },
    { at: [keep(1, 'teacher'), keep(2, 'labels-only/1')] },
  );
  const { networks } = first.replies[2] as { networks: NetworkCard[] };
  const keyOf = (name: string) => networks.find((network) => network.name === name)!.key;
  expect(networks.map(({ name }) => name).sort()).toEqual(['labels-only/1', 'teacher']);
  const again = await run({ methods: ['kd'], mode: 'saved', saved: keyOf('teacher') });
  expect(failures(again)).toEqual([]);
  expect(again.curves['teacher']).toBeUndefined();
  const trained = await run({ methods: ['kd'] });
  expect(again.curves['kd/1']).toEqual(trained.curves['kd/1']);
  const student = await run({ methods: ['kd'], mode: 'saved', saved: keyOf('labels-only/1') });
  expect(failures(student)).toEqual([]);
  expect(student.curves['kd/1']).not.toEqual(trained.curves['kd/1']);
  const gone = await run({ methods: ['kd'], mode: 'saved', saved: 'nowhere' });
  expect(failures(gone)[0]).toMatchObject({ deviceLost: false });
  expect(JSON.stringify(failures(gone))).toContain('not in this browser');
});

test('a slider moves while the run goes on', async ({ run }) => {
  const setup = { methods: ['labels-only', 'kd'], epochs: 8 } as const;
  const still = await run(setup);
  const moved = await run(setup, {
    at: [{ step: 40, message: { type: 'pause' } }],
    onPaused: [{ adjustTo: { ...setup, forms: { kd: { temperature: 9 } } } }],
    thenResume: true,
  });
  expect(rows(moved, 'kd/1')).toBe(80);
  expect(moved.curves['labels-only/1']).toEqual(still.curves['labels-only/1']);
  const same = still.curves['kd/1']!.findIndex((bits, i) => bits !== moved.curves['kd/1']![i]);
  // Ten steps of the teacher come first, so the pause falls on the students' 30th step or soon after.
  expect(same / still.columns['kd/1']!).toBeGreaterThanOrEqual(29);
});

test('methods show their own pictures, by replay and eagerly', async ({ run }) => {
  for (const executor of ['replay', 'eager'] as const) {
    const heard = await run(
      { methods: ['bd-kd', 'dkd', 'sinkd', 'trg'], model: TINY_CNN },
      { boot: { executor } },
    );
    expect(failures(heard)).toEqual([]);
    const probes = heard.messages.flatMap((m) => (m.type === 'probe' ? [m.probe] : []));
    expect(new Set(probes.map(({ learner }) => learner)).size, executor).toBeGreaterThan(1);
    for (const { learner, panels } of probes)
      for (const { key, shape, data } of panels) {
        const size = shape.reduce((a, b) => a * b, 1);
        expect(data.length, `${learner} ${key}`).toBe(size);
        expect(data.every(Number.isFinite), `${learner} ${key}`).toBe(true);
      }
  }
});

for (const backend of ['wasm', 'cpu'] as const)
  test(`without WebGPU the same run works on ${backend}`, async ({ run }) => {
    const heard = await run({ methods: ['kd', 'at'], model: TINY_CNN, epochs: 1 }, { boot: { backend } });
    expect(failures(heard)).toEqual([]);
    const ready = heard.messages.find((m) => m.type === 'ready');
    expect(ready).toMatchObject({ device: { backend } });
    const onGpu = await run({ methods: ['kd', 'at'], model: TINY_CNN, epochs: 1 });
    const [a, b] = [floats(heard.curves['at/1']!), floats(onGpu.curves['at/1']!)];
    expect(a.length).toBe(b.length);
    expect(Math.abs(a[1]! - b[1]!)).toBeLessThan(1e-4);
  });
