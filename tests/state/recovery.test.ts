import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Device, FromWorker, ToWorker } from '../../src/worker/protocol';
import { prove } from '../proof';

/** Workers that say what the test makes them say; the last one is the one in use. */
class StandIn {
  static made: StandIn[] = [];
  sent: ToWorker[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  constructor() {
    StandIn.made.push(this);
  }
  postMessage(message: ToWorker) {
    this.sent.push(message);
  }
  terminate() {}
}

const load = async () => ({
  recovery: await import('../../src/state/recovery'),
  session: await import('../../src/state/session'),
  run: (await import('../../src/state/run')).useRun,
  setup: (await import('../../src/state/setup')).useSetup,
  saving: (await import('../../src/state/saving')).useSaving,
});
let page: Awaited<ReturnType<typeof load>>;

const worker = () => StandIn.made.at(-1)!;
const say = (data: FromWorker) => worker().onmessage?.({ data });
const settle = (milliseconds = 200) => vi.advanceTimersByTimeAsync(milliseconds);
const types = () => worker().sent.map(({ type }) => type);
const sent = <T extends ToWorker['type']>(type: T) =>
  worker().sent.filter((m): m is Extract<ToWorker, { type: T }> => m.type === type);

const kept = { name: '', data: 'Glyphs', step: 120, totalSteps: 400, time: 1 };
const device = (backend: Device['backend']): Device => ({
  backend,
  name: '',
  software: false,
  reason: '',
  features: [],
  limits: {},
});

/** A worker that is up, with a run to go on with. */
async function up(backend: Device['backend'] = 'condenser') {
  say({ type: 'ready', device: device(backend) });
  say({ type: 'saving', saving: { role: 'here', kept } });
  await settle();
}

async function lose() {
  say({
    type: 'run-failed',
    run: page.run.getState().run,
    message: 'The graphics device was lost.',
    deviceLost: true,
  });
  await settle();
}

/** Answers the request to go on. */
async function goesOn() {
  const { request, run } = sent('resume-saved').at(-1)!;
  const config = { ...page.setup.getState().config, name: 'as it was' };
  say({ type: 'resuming', request, config, summary: { fingerprint: 'f' } as never, others: {} });
  say({ type: 'started', run, learners: [], totalSteps: 400 });
  await settle();
}

beforeAll(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', StandIn);
  vi.stubGlobal('document', { addEventListener: () => {} });
  page = await load();
  page.session.connect({});
  page.recovery.guardRuns();
});

beforeEach(async () => {
  // Past the time in which a loss is a second one.
  await settle(120_000);
  page.run.setState(page.run.getInitialState());
  page.session.restartWorker(false);
  await up();
});

describe('a kept run', () => {
  it('goes on with its own set-up, on request', async () => {
    void page.recovery.resumeSaved();
    await goesOn();
    expect(page.run.getState()).toMatchObject({ status: 'running', running: { name: 'as it was' } });
    expect(page.setup.getState().config.name).toBe('as it was');
    // The worker has the images already.
    expect(sent('generate')).toHaveLength(1);
  });

  it('that cannot go on says why', async () => {
    void page.recovery.resumeSaved();
    say({ type: 'error', request: sent('resume-saved')[0]!.request, message: 'Drop the same images.' });
    await settle();
    expect(page.run.getState()).toMatchObject({ status: 'idle', notice: 'Drop the same images.' });
  });
});

describe('a lost device', () => {
  it('is replaced once, and the run goes on with one notice', async () => {
    const before = StandIn.made.length;
    await lose();
    expect(StandIn.made).toHaveLength(before + 1);
    expect(types()).not.toContain('resume-saved');
    await up();
    await goesOn();
    expect(page.run.getState()).toMatchObject({
      status: 'running',
      failure: undefined,
      notice: 'The graphics device was lost. Training went on from step 120.',
    });
  });

  it('that is lost again within a minute is not replaced: the page asks', async () => {
    await lose();
    await up();
    await goesOn();
    const workers = StandIn.made.length;
    await settle(30_000);
    await lose();
    await settle(300_000);
    expect(StandIn.made).toHaveLength(workers);
    expect(page.run.getState()).toMatchObject({ status: 'failed', failure: { deviceLost: true } });
    // Both ways on: the same device once more, or the processor.
    void page.recovery.goOn('', 'wasm');
    await settle();
    expect(sent('boot')[0]!.options.backend).toBe('wasm');
    await up('wasm');
    expect(types()).toContain('resume-saved');
    prove(
      {
        id: 'device-lost-twice',
        area: 'Saving and resuming',
        hazard: 'The device is lost again right after',
        promise:
          'No loop: a second loss within a minute stops the run, which is kept, and offers two ways on',
        figure: '0 new workers in the 300 s after the second loss, with workers that stand in for real ones',
      },
      expect.getState(),
    );
  });

  it('that does not come back leaves the choice to the person', async () => {
    await lose();
    await up('wasm');
    expect(types()).not.toContain('resume-saved');
    expect(page.run.getState().failure?.message).toBe('The graphics device was lost. It did not come back.');
  });

  it('without anything kept only says so', async () => {
    page.saving.setState({ saving: { role: 'off' } });
    const before = StandIn.made.length;
    await lose();
    expect(StandIn.made).toHaveLength(before);
    expect(page.run.getState().status).toBe('failed');
  });

  it('takes the lock from a worker that hangs', async () => {
    await lose();
    say({ type: 'saving', saving: { role: 'elsewhere' } });
    await settle(3000);
    expect(page.run.getState().status).toBe('starting');
    expect(sent('take-over')).toHaveLength(1);
    await up();
    expect(types()).toContain('resume-saved');
  });

  it('gives up on a new worker that says nothing', async () => {
    await lose();
    await settle(30_000);
    expect(page.run.getState().failure?.message).toMatch(/nothing to go on with/);
  });
});
