/** Networks made of plain ops instead of the engine's layers, as recorded steps. */
import type { Evaluation, FromWorker } from '../../src/worker/protocol';
import { expect, floats, test } from './worker';

const NETS = [
  ['kan', { space: 'wavelet' }] as const,
  ['kan', { space: 'relu' }] as const,
  ['s-kan', { selection: 'hard' }] as const,
  ['conv-kan', { space: 'all' }] as const,
];

const failures = (messages: readonly FromWorker[]) => messages.filter(({ type }) => type === 'run-failed');

test.describe('replay equals eager bit for bit', () => {
  for (const [id, form] of NETS)
    test(`${id} ${JSON.stringify(form)}`, async ({ run }) => {
      const setup = { methods: ['kd'], model: { id, params: { ...form, width: 4, layers: 1 } }, epochs: 1 };
      const heard = await run(setup, { boot: { executor: 'replay' }, again: { executor: 'eager' } });
      expect(failures(heard.messages)).toEqual([]);
      for (const learner of ['teacher', 'kd/1']) {
        const curve = heard.curves[learner] ?? [];
        expect(curve.length, learner).toBeGreaterThan(20);
        expect(curve, learner).toEqual(heard.again[learner]);
        expect(floats(curve).every(Number.isFinite), learner).toBe(true);
      }
    });
});

/** Last evaluations by learner and split; of two runs, the first comes first. */
const evaluations = (messages: readonly FromWorker[]): Evaluation[] =>
  messages.flatMap((message) => (message.type === 'evaluated' ? message.evaluations : []));

test('a network in stages goes through them beside its teacher, with any method, recorded or not', async ({
  run,
}) => {
  // dhkd joins the gradients of its terms itself; the teacher's stages end while the students run.
  const setup = {
    methods: ['kd', 'dhkd'],
    model: { id: 's-kan', params: { width: 4, layers: 1, side: 4 } },
    mode: 'online',
    epochs: 2,
  } as const;
  const heard = await run(setup, { boot: { executor: 'replay' }, again: { executor: 'eager' } });
  expect(failures(heard.messages)).toEqual([]);
  const runs = [heard.messages.findIndex(({ type }) => type === 'finished'), heard.messages.length];
  const [first, second] = [heard.messages.slice(0, runs[0]), heard.messages.slice(runs[0])].map(evaluations);
  for (const learner of ['teacher', 'kd/1', 'dhkd/1']) {
    const curve = heard.curves[learner]!;
    expect(curve.length, learner).toBeGreaterThanOrEqual(100);
    expect(curve, learner).toEqual(heard.again[learner]);
    const values = floats(curve);
    expect(values.every(Number.isFinite), learner).toBe(true);
    // The last term is the network's own: it counts while the network chooses, and then no more.
    const columns = heard.columns[learner]!;
    const own = values.filter((_, i) => i % columns === columns - 1);
    const counted = own.flatMap((value, step) => (value > 0 ? [step / own.length] : []));
    expect(Math.min(...counted), learner).toBeGreaterThanOrEqual(0.3);
    expect(Math.max(...counted), learner).toBeLessThan(0.6);
    const left = (list: readonly Evaluation[] | undefined) =>
      list?.filter((e) => e.learner === learner).map(({ split, parameters }) => [split, parameters]);
    const [half, whole, last] = left(first)!;
    expect(half, learner).toEqual(['validation', undefined]);
    expect(whole, learner).toEqual(['validation', expect.any(Number)]);
    expect(last, learner).toEqual(['test', whole?.[1]]);
    // 16 nodes of 24 functions with 4 outputs, 4 logits each, 16 x 4 base weights, a norm and a head.
    const built = 16 * 24 * 4 + 16 * 4 + 64 + 8 + 50;
    expect(whole?.[1], learner).toBeLessThan(built - 64 - 16 * 16 * 4 + 1);
    expect(left(second), learner).toEqual(left(first));
    const looks = heard.messages.flatMap((m) =>
      m.type === 'probe' && m.probe.learner === learner ? [m.probe] : [],
    );
    expect(looks.length, learner).toBe(4);
    for (const { panels } of looks)
      expect(
        panels.map(({ key }) => key).filter((key) => key.startsWith('network/')),
        learner,
      ).toEqual(['network/families', 'network/nodes', 'network/curves']);
  }
});
