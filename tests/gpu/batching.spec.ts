import type { Progress } from '../../src/worker/protocol';
import { expect, floats, type Heard, test } from './worker';

const failures = ({ messages }: Heard) => messages.filter((m) => m.type === 'run-failed');
const rows = (heard: Heard, learner: string) =>
  (heard.curves[learner]?.length ?? 0) / (heard.columns[learner] ?? 1);
const allFinite = (bits: readonly number[]) => floats(bits).every(Number.isFinite);

/** What the last run said of the way its students ran. */
const decided = ({ messages }: Heard): Progress['batching'] =>
  messages.findLast((m) => m.type === 'progress')?.progress.batching;

const CNN = { id: 'cnn', params: { width: 4, blocks: 2 } };
const MLP = { id: 'mlp', params: { width: 16, layers: 1 } };

test('seeds of one method run in the dispatches of one', async ({ run }) => {
  const setup = { methods: ['kd'], seeds: [1, 2, 3], model: MLP } as const;
  const heard = await run(setup, { boot: { batching: 'off' }, again: { batching: 'on' } });
  expect(failures(heard)).toEqual([]);
  expect(Object.keys(heard.curves)).toHaveLength(4);
  expect(heard.again).toEqual(heard.curves);
  const { way, lanes, commands } = decided(heard)!;
  expect({ way, lanes }).toEqual({ way: 'together', lanes: 3 });
  expect(commands.separate).toBe(3 * commands.together);
});

for (const [name, setup, most] of [
  ['four methods on a cnn', { methods: ['labels-only', 'kd', 'dkd', 'at'], model: CNN }, 0.7],
  [
    'eight students of four methods',
    { methods: ['labels-only', 'kd', 'dkd', 'label-smoothing'], seeds: [1, 2] },
    0.4,
  ],
] as const)
  test(`students together are students apart: ${name}`, async ({ run }) => {
    const heard = await run(setup, { boot: { batching: 'off' }, again: { batching: 'on' } });
    expect(failures(heard)).toEqual([]);
    expect(Object.values(heard.curves).every(allFinite)).toBe(true);
    expect(heard.again).toEqual(heard.curves);
    const { commands } = decided(heard)!;
    expect(commands.together / commands.separate).toBeLessThan(most);
  });

test('students that diverge or change phase leave the others as they were', async ({ run }) => {
  const setup = { methods: ['labels-only', 'kd', 'rotnet', 'dkd'], broken: 'kd', epochs: 4 } as const;
  const heard = await run(setup, { boot: { batching: 'off' }, again: { batching: 'on' } });
  expect(failures(heard)).toEqual([]);
  for (const learner of ['labels-only/1', 'rotnet/1', 'dkd/1']) {
    expect(rows(heard, learner), learner).toBe(40);
    expect(heard.again[learner]).toEqual(heard.curves[learner]);
  }
  // The student that learns from turned images at first works on other shapes, so it runs by itself then.
  expect(decided(heard)!.way).toBe('together');
  expect(decided(heard)!.lanes).toBeGreaterThanOrEqual(2);
});

test('a moved slider changes one student of those together', async ({ run }) => {
  const setup = { methods: ['labels-only', 'kd'], epochs: 8 } as const;
  const still = await run(setup, { boot: { batching: 'off' } });
  const moved = await run(setup, {
    boot: { batching: 'on' },
    at: [{ step: 40, message: { type: 'pause' } }],
    onPaused: [{ adjustTo: { ...setup, forms: { kd: { temperature: 9 } } } }],
    thenResume: true,
  });
  expect(failures(moved)).toEqual([]);
  expect(rows(moved, 'kd/1')).toBe(80);
  expect(moved.curves['labels-only/1']).toEqual(still.curves['labels-only/1']);
  expect(moved.curves['kd/1']).not.toEqual(still.curves['kd/1']);
  expect(allFinite(moved.curves['kd/1']!)).toBe(true);
});

test('a run times both ways, keeps the faster one and its memory', async ({ run }) => {
  const setup = { methods: ['kd'], seeds: [1, 2, 3], model: MLP, images: 1600, epochs: 10 } as const;
  const apart = await run(setup, { boot: { batching: 'off' } });
  const memory = (request: number, step: number) =>
    ({ step, message: { type: 'debug', request, action: 'memory' } }) as const;
  const heard = await run(setup, { at: [memory(1, 500), memory(2, 600)] });
  expect(failures(heard)).toEqual([]);
  expect(heard.curves).toEqual(apart.curves);
  const { way, milliseconds } = decided(heard)!;
  const { separate, together } = milliseconds!;
  expect(Math.min(separate, together)).toBeGreaterThan(0);
  expect(way).toBe(together < 0.97 * separate ? 'together' : 'separate');
  const [early, late] = [heard.replies[1], heard.replies[2]] as { result: object }[];
  expect(late!.result).toEqual(early!.result);
});
