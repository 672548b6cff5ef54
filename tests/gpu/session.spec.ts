import { prove } from '../proof';
import { expect, floats, type Heard, test } from './worker';

const failures = ({ messages }: Heard) => messages.filter((m) => m.type === 'run-failed');

/** Every method at once: each is a lane of one run, so a run of all of them tests each and their company. */
const ALL = { methods: 'all', epochs: 2, images: 80 } as const;
const TINY_MLP = { id: 'mlp', params: { width: 4, layers: 1 } };
const TINY_CNN = { id: 'cnn', params: { width: 4, blocks: 2 } };

test('replayed steps equal eager steps bit for bit, for every method', async ({ run }) => {
  test.setTimeout(240_000);
  const heard = await run(
    { ...ALL, model: TINY_CNN },
    { boot: { executor: 'replay' }, again: { executor: 'eager' } },
  );
  expect(failures(heard)).toEqual([]);
  const learners = Object.keys(heard.curves).sort();
  expect(learners.length).toBeGreaterThan(10);
  expect(Object.keys(heard.again).sort()).toEqual(learners);
  for (const learner of learners) {
    const rows = heard.curves[learner]!.length / heard.columns[learner]!;
    expect(rows, learner).toBe(learner === 'teacher' ? 3 : 6);
    expect(heard.again[learner], learner).toEqual(heard.curves[learner]);
    const values = floats(heard.curves[learner]!);
    const isAccuracy = (i: number) => i % heard.columns[learner]! === 2;
    expect(values.filter((_, i) => !isAccuracy(i)).every(Number.isFinite), learner).toBe(true);
    // Absent in every row where no image has a label.
    expect(new Set(values.filter((_, i) => isAccuracy(i)).map(Number.isFinite)).size, learner).toBe(1);
  }
});

test('a lane does not depend on its company, nor on when it runs', async ({ run }) => {
  const alone = await run({ methods: ['kd'] });
  const together = await run({ methods: ['labels-only', 'kd', 'dkd'] });
  expect(alone.curves['kd/1']!.length).toBe(20 * 5);
  expect(together.curves['kd/1']).toEqual(alone.curves['kd/1']);
  expect(together.curves['teacher']).toEqual(alone.curves['teacher']);
  expect(together.curves['labels-only/1']).not.toEqual(alone.curves['kd/1']);
  prove(
    {
      id: 'company',
      area: 'GPU and worker',
      hazard: 'Other students, or when a student trains, change its numbers',
      promise: 'Same set-up, same curves, bit for bit, whatever the other lanes do',
      figure: `${alone.curves['kd/1']!.length} values of a student alone and beside two others: 0 differ`,
    },
    test.info(),
  );
});

/** Parameters at which each method is plain supervised training. */
const SILENT = {
  kd: { ceWeight: 1, kdWeight: 0 },
  dkd: { alpha: 0, beta: 0 },
  at: { weight: 0 },
  rkd: { distance: 0, angle: 0 },
  sp: { weight: 0 },
  dist: { inter: 0, intra: 0 },
  dhkd: { alpha: 0 },
  'data-pruning-kd': { rule: 'manual', alpha: 0 },
  scalekd: { alpha: 0, a0: 0, a1: 0 },
  'label-smoothing': { epsilon: 0 },
};

test('a method of weight 0 is plain training, bit for bit', async ({ run }) => {
  const methods = ['labels-only', ...Object.keys(SILENT)];
  const heard = await run({ methods, forms: SILENT, model: TINY_CNN });
  expect(failures(heard)).toEqual([]);
  /** The first term of every row: the labels. */
  const labels = (method: string) => {
    const columns = heard.columns[`${method}/1`]!;
    return heard.curves[`${method}/1`]!.filter((_, i) => i % columns === 3);
  };
  expect(labels('labels-only')).toHaveLength(20);
  for (const method of Object.keys(SILENT)) expect(labels(method), method).toEqual(labels('labels-only'));
});

test('WebGPU and the plain CPU learn the same', async ({ run }) => {
  const setup = { methods: ['labels-only', 'kd', 'mixup-kd'], training: { crop: 1, flip: true } } as const;
  const onGpu = await run(setup);
  const onCpu = await run(setup, { boot: { backend: 'cpu' } });
  expect([...failures(onGpu), ...failures(onCpu)]).toEqual([]);
  for (const learner of Object.keys(onCpu.curves)) {
    const [a, b] = [floats(onGpu.curves[learner]!), floats(onCpu.curves[learner]!)];
    expect(a.length).toBe(b.length);
    const columns = onCpu.columns[learner]!;
    for (let i = 1; i < a.length; i += columns)
      expect(Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!)), `${learner} row ${i}`).toBeLessThan(
        1e-3,
      );
  }
});

test('tensors, buffers and bytes stay the same over 2,000 steps', async ({ run }) => {
  const memory = (request: number, step: number) =>
    ({ step, message: { type: 'debug', request, action: 'memory' } }) as const;
  const heard = await run(
    { methods: ['kd', 'ps-kd', 'dhkd'], model: TINY_MLP, images: 1600, batch: 4, epochs: 8 },
    // Two epochs of the students are over at the first look: all that recurs has been measured and drawn by then.
    { at: [memory(1, 900), memory(2, 1300), memory(3, 2000)] },
  );
  const [first, second, third] = [1, 2, 3].map((request) => heard.replies[request] as { result: unknown });
  expect(first?.result).toBeTruthy();
  expect(second?.result).toEqual(first?.result);
  expect(third?.result).toEqual(first?.result);
  prove(
    {
      id: 'leaks',
      area: 'GPU and worker',
      hazard: 'Memory grows while a run trains',
      promise: 'Tensors, buffers and bytes are the same at every step',
      figure: 'equal at steps 900, 1,300 and 2,000 with 4 learners, compared exactly',
    },
    test.info(),
  );
});

test('a student whose loss is no longer finite stops alone and names the term', async ({ run }) => {
  const setup = { methods: ['labels-only', 'kd'], epochs: 20 } as const;
  const calm = await run(setup);
  const wild = await run({ ...setup, broken: 'kd' });
  const stopped = wild.messages.filter((m) => m.type === 'state' && m.state.kind === 'diverged');
  expect(stopped).toHaveLength(1);
  expect(stopped[0]).toMatchObject({ learner: 'kd/1', state: { kind: 'diverged', term: 'ce' } });
  expect(floats(wild.curves['kd/1'] ?? []).every(Number.isFinite)).toBe(true);
  expect(wild.curves['labels-only/1']).toEqual(calm.curves['labels-only/1']);
  expect(wild.messages.some((m) => m.type === 'finished')).toBe(true);
  prove(
    {
      id: 'divergence',
      area: 'GPU and worker',
      hazard: 'The loss of a student is no longer finite',
      promise:
        'That student stops and names the term; no such number is drawn; the others are what they were',
      figure: `1 of 1 stopped at a learning rate of 1e30; ${calm.curves['labels-only/1']!.length} values of its neighbour: 0 differ`,
    },
    test.info(),
  );
});

test('a lost device is reported once', async ({ run }) => {
  const heard = await run(
    { methods: ['kd'], epochs: 200 },
    { at: [{ step: 60, message: { type: 'debug', request: 9, action: 'lose-device' } }] },
  );
  const failed = heard.messages.filter((m) => m.type === 'run-failed');
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ deviceLost: true });
});

test('a command that the device refuses stops the run and names the student', async ({ run }) => {
  const overfill = { type: 'debug', request: 9, action: 'overfill', learner: 'kd/1' } as const;
  // While the teacher trains: the rehearsal of the estimate is over, the students are not recorded yet.
  const setup = { methods: ['labels-only', 'kd'], images: 2400 } as const;
  const heard = await run(setup, { at: [{ step: 1, message: overfill }] });
  const [failed, ...more] = failures(heard);
  expect(more).toEqual([]);
  expect(failed).toMatchObject({ deviceLost: false });
  expect((failed as { message: string }).message).toMatch(/refused a command of .*\(kd\/1\), whose results/);
  // The teacher was done by then; no step of the students was played.
  expect(Object.keys(heard.curves)).toEqual(['teacher']);
  prove(
    {
      id: 'stale-results',
      area: 'GPU and worker',
      hazard:
        'A buffer past the limit is bound all the same, and what is read back is what another tensor left there',
      promise: 'The run stops before that step is played and names the student; no value of it is drawn',
      figure: '1 of 1 provoked inside a run: 0 steps played, 0 values drawn',
    },
    test.info(),
  );
});
