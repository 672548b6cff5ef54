import { beforeAll, expect, it, vi } from 'vitest';
import { ready } from '../../src/share/catalogue';
import { configAt, grid } from '../../src/state/sweep';
import type { FromWorker, ToWorker } from '../../src/worker/protocol';
import { soundParts } from '../data/support/summary';

class StandIn {
  static last: StandIn;
  sent: ToWorker[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  constructor() {
    StandIn.last = this;
  }
  postMessage(message: ToWorker) {
    this.sent.push(message);
    if (message.type !== 'generate') return;
    const summary = {
      name: 'Glyphs',
      fingerprint: '01',
      ...soundParts(['a', 'b'], [2, 1]),
      shape: { width: 8, height: 8, channels: 1 as const },
      classNames: ['a', 'b'],
      counts: { train: 1, validation: 1, test: 1 },
      perClass: [2, 1],
      sizes: [],
      skipped: [],
      warnings: [],
      thumbnails: [],
      thumbnailSize: 8,
      milliseconds: 1,
    };
    this.say({ type: 'dataset', request: message.request, summary, current: true });
  }
  terminate() {}
  say(data: FromWorker) {
    queueMicrotask(() => this.onmessage?.({ data }));
  }
}

const settle = () => vi.advanceTimersByTimeAsync(300);
const starts = () => StandIn.last.sent.filter((message) => message.type === 'start');
const axes = [{ path: 'training.epochs', label: 'Epochs', values: [1, 2, 3] }];
const base = configAt(ready, { 'data.size': 8 });

async function load() {
  const { connect } = await import('../../src/state/session');
  const { useRun } = await import('../../src/state/run');
  const { useSetup } = await import('../../src/state/setup');
  const sweeps = await import('../../src/state/sweep-run');
  const { useSweeps } = await import('../../src/state/sweep-store');
  return { connect, useRun, useSetup, useSweeps, ...sweeps };
}
let page: Awaited<ReturnType<typeof load>>;

beforeAll(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', StandIn);
  page = await load();
  page.connect({});
  await settle();
});

const begin = (id: string) => {
  const sweep = {
    id,
    created: 1,
    name: 'Epochs',
    kind: 'grid' as const,
    axes,
    points: grid(axes),
    failures: [],
  };
  page.useSetup.setState({ config: base });
  return page.runSweep(sweep, base);
};

async function end(type: 'finished' | 'run-failed') {
  const { run } = page.useRun.getState();
  StandIn.last.say({ type: 'started', run, learners: [], totalSteps: 1 });
  await settle();
  if (type === 'finished') StandIn.last.say({ type, run });
  else StandIn.last.say({ type, run, message: 'too large', deviceLost: false });
  await settle();
}

it('trains every point like Start, names the one that fails, and brings the set-up back', async () => {
  const done = begin('a');
  await settle();
  expect(starts()).toHaveLength(1);
  await end('finished');
  expect(page.useSweeps.getState().running?.at).toBe(1);
  expect(page.useSweeps.getState().running?.seconds).toHaveLength(1);
  await end('run-failed');
  await end('finished');
  await done;
  expect(starts().map(({ config }) => config.training.epochs)).toEqual([1, 2, 3]);
  expect(page.useSetup.getState().config).toBe(base);
  const { running, sweeps } = page.useSweeps.getState();
  expect(running).toBeUndefined();
  expect(sweeps?.[0]?.failures).toEqual([{ point: { 'training.epochs': 2 }, message: 'too large' }]);
});

it('ends with Cancel, without a failure and without another point', async () => {
  const before = starts().length;
  const done = begin('b');
  await settle();
  StandIn.last.say({ type: 'started', run: page.useRun.getState().run, learners: [], totalSteps: 1 });
  await settle();
  page.cancelSweep();
  await done;
  expect(starts().length - before).toBe(1);
  expect(page.useRun.getState().status).toBe('idle');
  expect(page.useSweeps.getState().sweeps?.[0]).toMatchObject({ id: 'b', failures: [] });
  expect(page.useSetup.getState().config).toBe(base);
});

it('goes on with what a reload left: the points not yet run, as part of the same sweep', async () => {
  const { useHistory } = await import('../../src/state/history');
  const before = starts().length;
  const made = { id: 'c', created: 1, name: 'Epochs', kind: 'grid' as const, axes, points: grid(axes) };
  // As after a reload: one point has its run, one failed, and the page is being edited otherwise.
  const done = { key: 'k', config: configAt(base, { 'training.epochs': 1 }), learners: [], created: 1 };
  const runs = [{ ...done, sweep: { id: 'c', point: { 'training.epochs': 1 } } }] as never;
  useHistory.setState({ runs });
  const edited = configAt(ready, { 'training.batchSize': 64 });
  page.useSetup.setState({ config: edited });
  const sweep = {
    ...made,
    failures: [{ point: { 'training.epochs': 2 }, message: 'too large' }],
    ended: false,
  };
  const going = page.goOnWithSweep(sweep);
  await settle();
  expect(page.useSweeps.getState().running).toMatchObject({ at: 2, sweep: { id: 'c' } });
  await end('finished');
  await going;
  const trained = starts().slice(before);
  expect(trained.map(({ config }) => config.training.epochs)).toEqual([3]);
  expect(trained[0]?.config.data.size).toBe(8);
  expect(page.useSetup.getState().config).toBe(edited);
  expect(page.useSweeps.getState().sweeps?.find(({ id }) => id === 'c')?.ended).toBe(true);
});
