import { expect, type Heard, test } from './worker';

const SETUP = { methods: ['kd'], model: { id: 'cnn', params: { width: 4, blocks: 2 } }, epochs: 1 } as const;
const COUNTERS = { type: 'debug', request: 1, action: 'counters' } as const;
const AT_THE_END = [{ step: 10_000, message: COUNTERS }];

interface Tuning {
  readonly measured: number;
  readonly skipped: number;
  readonly milliseconds: number;
}

const tuningOf = ({ replies }: Heard) =>
  (replies[1] as { result: { tuning?: Tuning } }).result.tuning as Tuning;

test('forms are measured once, within the time, and two runs are the same', async ({ run }) => {
  const first = await run(SETUP, { boot: { tuning: 'on' }, at: AT_THE_END });
  const tuned = tuningOf(first);
  expect(tuned.measured + tuned.skipped).toBeGreaterThan(5);
  // The clock ends it; on a busy machine a timer is late.
  expect(tuned.milliseconds).toBeLessThan(2 * 300);
  const second = await run(SETUP, { boot: { tuning: 'on' }, at: AT_THE_END });
  expect(tuningOf(second)).toEqual({ measured: 0, milliseconds: 0, skipped: 0 });
  expect(second.curves).toEqual(first.curves);
});

const MLP = { ...SETUP, model: { id: 'mlp', params: { width: 16, layers: 1 } } } as const;

test('a run can be held to one form, and on a software adapter it is', async ({ run }) => {
  const kernelsOf = ({ messages }: Heard) => {
    const ready = messages.find((message) => message.type === 'ready');
    return ready?.type === 'ready' ? ready.device.kernels : undefined;
  };
  const usual = await run(MLP, { at: AT_THE_END });
  expect(tuningOf(usual)).toBeUndefined();
  expect(kernelsOf(usual)).toBe('direct');
  for (const variant of ['subgroup', 'half'] as const) {
    const forced = await run(MLP, { boot: { variant } });
    expect(forced.messages.at(-1)).toMatchObject({ type: 'finished' });
    expect(kernelsOf(forced)).toContain(`${variant}, forced`);
    expect(forced.curves['kd/1']).not.toEqual(usual.curves['kd/1']);
  }
});
