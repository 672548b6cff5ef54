/** Networks made of plain ops instead of the engine's layers, as recorded steps. */
import { expect, floats, test } from './worker';

const NETS = [
  ['kan', { space: 'wavelet' }] as const,
  ['kan', { space: 'relu' }] as const,
  ['s-kan', { selection: 'hard' }] as const,
  ['conv-kan', { space: 'all' }] as const,
];

test.describe('replay equals eager bit for bit', () => {
  for (const [id, form] of NETS)
    test(`${id} ${JSON.stringify(form)}`, async ({ run }) => {
      const setup = { methods: ['kd'], model: { id, params: { ...form, width: 4, layers: 1 } }, epochs: 1 };
      const heard = await run(setup, { boot: { executor: 'replay' }, again: { executor: 'eager' } });
      expect(heard.messages.filter(({ type }) => type === 'run-failed')).toEqual([]);
      for (const learner of ['teacher', 'kd/1']) {
        const curve = heard.curves[learner] ?? [];
        expect(curve.length, learner).toBeGreaterThan(20);
        expect(curve, learner).toEqual(heard.again[learner]);
        expect(floats(curve).every(Number.isFinite), learner).toBe(true);
      }
    });
});
