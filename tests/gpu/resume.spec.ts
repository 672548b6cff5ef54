import { prove } from '../proof';
import { interrupted } from './interrupted';
import { expect, test } from './worker';

/** Memories, peers and extras. */
const SETUP = {
  methods: ['crd', 'dml'],
  forms: { crd: { form: 'memory', negatives: 16 } },
  model: { id: 'mlp', params: { width: 8, layers: 1 } },
  epochs: 4,
  training: { flip: true, crop: 1 },
} as const;

test('a run that lost its device goes on bit for bit in a new worker', async ({ blank }) => {
  const whole = await interrupted(blank, SETUP, [], { saveEvery: 1e9 });
  const cut = await interrupted(blank, SETUP, [{ at: 15, how: 'device lost' }]);
  expect(whole.failures).toEqual([]);
  expect(cut.cuts).toHaveLength(1);
  for (const [ended, resumed] of cut.cuts) expect(resumed).toBeLessThanOrEqual(ended + 3);
  expect(Object.keys(cut.curves)).toHaveLength(3);
  expect(cut.curves).toEqual(whole.curves);
  expect(cut.metrics).toEqual(whole.metrics);
  const [waited, recovered] = [cut.waited, cut.recovered].map((list) => Math.round(Math.max(...list)));
  prove(
    {
      id: 'device-lost',
      area: 'Saving and resuming',
      hazard: 'The graphics device is lost during a run',
      promise:
        'The run goes on by itself from its last checkpoint, and its curves are bit-equal to an undisturbed run',
      figure: `1 of 1 equal bit for bit, went on after ${recovered} ms; a save of ${cut.bytes} bytes held training up for ${waited} ms at most`,
    },
    test.info(),
  );
});
