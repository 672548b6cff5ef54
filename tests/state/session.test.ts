import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DatasetSummary } from '../../src/data/dataset';
import type { FromWorker, ToWorker } from '../../src/worker/protocol';
import { soundParts } from '../data/support/summary';

/** A worker that answers data requests by hand. */
class StandIn {
  static last: StandIn;
  sent: ToWorker[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  constructor() {
    StandIn.last = this;
  }
  postMessage(message: ToWorker) {
    this.sent.push(message);
  }
  terminate() {}
  of<T extends ToWorker['type']>(type: T) {
    return this.sent.filter((m): m is Extract<ToWorker, { type: T }> => m.type === type);
  }
}

const summary = (name: string, fingerprint: string): DatasetSummary => ({
  name,
  fingerprint,
  ...soundParts(['a', 'b'], [2, 1]),
  shape: { width: 16, height: 16, channels: 1 },
  classNames: ['a', 'b'],
  counts: { train: 1, validation: 1, test: 1 },
  perClass: [2, 1],
  sizes: [],
  skipped: [],
  warnings: [],
  thumbnails: [],
  thumbnailSize: 8,
  milliseconds: 1,
});

const load = async () => ({
  session: await import('../../src/state/session'),
  setup: await import('../../src/state/setup'),
  run: (await import('../../src/state/run')).useRun,
  data: (await import('../../src/state/dataset')).useDataset,
});
let page: Awaited<ReturnType<typeof load>>;

const worker = () => StandIn.last;
const say = (data: FromWorker) => worker().onmessage?.({ data });
const settle = () => vi.advanceTimersByTimeAsync(200);

/** Answers the newest data request. */
async function answer(type: 'generate' | 'import', name: string, fingerprint: string) {
  const request = worker().of(type).at(-1)!.request;
  say({ type: 'dataset', request, summary: summary(name, fingerprint), current: type === 'generate' });
  await settle();
}

beforeAll(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', StandIn);
  page = await load();
  page.session.connect({});
});

beforeEach(async () => {
  page.run.setState(page.run.getInitialState());
  page.data.setState(page.data.getInitialState());
  page.setup.useSetup.setState(page.setup.useSetup.getInitialState());
  page.session.restartWorker(false);
  await settle();
  await answer('generate', 'Glyphs', '00000001');
});

async function begin() {
  void page.session.start();
  await settle();
  say({ type: 'started', run: page.run.getState().run, learners: [], totalSteps: 10 });
}

describe('data follows the set-up', () => {
  it('is made at the start and again when its settings change, not for other edits', async () => {
    expect(worker().sent[0]?.type).toBe('boot');
    expect(worker().of('generate')).toHaveLength(1);
    page.setup.edit((c) => ({ ...c, name: 'x' }));
    await settle();
    expect(worker().of('generate')).toHaveLength(1);
    page.setup.edit((c) => ({ ...c, data: { ...c.data, size: 20 } }));
    await settle();
    expect(worker().of('generate')).toHaveLength(2);
  });
  it('asks for the own data of a link and does not start without it', async () => {
    page.setup.edit((c) => ({ ...c, dataset: { source: 'own', name: 'cats', fingerprint: 'abcdef12' } }));
    await settle();
    expect(page.data.getState().wanted).toEqual({ name: 'cats', fingerprint: 'abcdef12' });
    void page.session.start();
    await settle();
    expect(worker().of('start')).toHaveLength(0);
    expect(page.run.getState().status).toBe('idle');
  });
  it('keeps everything when an import is refused', async () => {
    const before = page.setup.useSetup.getState().config;
    void page.session.importFiles([{ path: 'x.zip', blob: new Blob(['x']) }]);
    const request = worker().of('import').at(-1)!.request;
    say({ type: 'import-refused', request, code: 'BAD_MAGIC', message: 'x.zip is no zip.' });
    await settle();
    expect(page.data.getState().refused).toEqual({ code: 'BAD_MAGIC', message: 'x.zip is no zip.' });
    expect(page.data.getState().current?.name).toBe('Glyphs');
    expect(page.setup.useSetup.getState().config).toBe(before);
  });
  it('keeps the set-up when own data is used, and reads the files again at another size', async () => {
    void page.session.importFiles([{ path: 'a/1.png', blob: new Blob(['x']) }]);
    await answer('import', 'pets', '0000beef');
    expect(page.data.getState().preview?.summary.name).toBe('pets');
    expect(worker().of('use')).toHaveLength(0);
    const { students } = page.setup.useSetup.getState().config;
    await page.session.useImported();
    await settle();
    expect(worker().of('use')).toHaveLength(1);
    expect(page.setup.useSetup.getState().config).toMatchObject({
      dataset: { source: 'own', name: 'pets', fingerprint: '0000beef' },
      students,
    });
    page.setup.edit((c) => ({ ...c, data: { ...c.data, size: 32 } }));
    await settle();
    expect(worker().of('import')).toHaveLength(2);
    await answer('import', 'pets', '0000cafe');
    expect(page.setup.useSetup.getState().config.dataset).toMatchObject({ fingerprint: '0000cafe' });
    expect(worker().of('import')).toHaveLength(2);
  });
  it('gives own data to a new worker again', async () => {
    void page.session.importFiles([{ path: 'a/1.png', blob: new Blob(['x']) }]);
    await answer('import', 'pets', '0000beef');
    await page.session.useImported();
    page.session.restartWorker(false);
    await settle();
    expect(worker().of('import')).toHaveLength(1);
    expect(worker().of('generate')).toHaveLength(0);
  });
});

describe('a second data set', () => {
  const others = async () => import('../../src/state/others');
  /** Answers the newest question after further sets. */
  async function tell(role: 'target' | 'pool', fingerprint: string) {
    const request = worker().of('others').at(-1)!.request;
    say({ type: 'others', request, others: { [role]: { summary: summary('photos', fingerprint) } } });
    await settle();
  }
  const config = () => page.setup.useSetup.getState().config;

  it('is taken with its role and a regime that uses it, beside the first one', async () => {
    const { useOthers, removeOther } = await others();
    void page.session.importFiles([{ path: 'p/1.png', blob: new Blob(['x']) }], 'target');
    await answer('import', 'photos', '0000f00d');
    expect(page.data.getState().preview?.role).toBe('target');
    await page.session.useImported();
    await settle();
    await tell('target', '0000f00d');
    expect(worker().of('use').at(-1)).toMatchObject({ role: 'target' });
    expect(page.data.getState().current?.name).toBe('Glyphs');
    expect(config().others).toEqual({ target: { source: 'own', name: 'photos', fingerprint: '0000f00d' } });
    expect(config().regimes).toEqual([{ id: 'two-domains', params: {} }]);
    expect(useOthers.getState().others.target).toMatchObject({ summary: { name: 'photos' } });
    page.setup.edit((c) => ({ ...c, data: { ...c.data, size: 20 } }));
    await settle();
    await answer('generate', 'Glyphs', '00000002');
    expect(worker().of('import')).toHaveLength(2);
    await answer('import', 'photos', '0000feed');
    expect(config().others?.target).toMatchObject({ fingerprint: '0000feed' });
    removeOther('target');
    await settle();
    expect([config().others, config().regimes]).toEqual([undefined, []]);
    expect(useOthers.getState().others).toEqual({});
  });

  it('of one class is read for a pool, and can be nothing else', async () => {
    void page.session.importFiles([{ path: '1.png', blob: new Blob(['x']) }], 'pool');
    await settle();
    const asked = worker().of('import').at(-1)!;
    expect(asked.role).toBe('pool');
    const one = { ...summary('photos', '0000f00d'), classNames: ['unlabelled'] };
    say({ type: 'dataset', request: asked.request, summary: one, current: false });
    await settle();
    await page.session.useImported();
    await settle();
    expect(worker().of('use').at(-1)).toMatchObject({ role: 'pool' });
    expect(config().others?.pool).toMatchObject({ source: 'own', name: 'photos' });
    const { removeOther, roleOf } = await others();
    removeOther('pool');
    await settle();
    expect([roleOf(config(), one), roleOf(config(), summary('photos', '1'))]).toEqual(['pool', undefined]);
  });

  it('of a link is known by its fingerprint when it is dropped', async () => {
    const pool = { source: 'own' as const, name: 'photos', fingerprint: '0000f00d' };
    page.setup.edit((c) => ({ ...c, others: { pool }, regimes: [{ id: 'shifted-pool', params: {} }] }));
    await settle();
    const request = worker().of('others').at(-1)!.request;
    say({ type: 'others', request, others: { pool: { problem: 'Drop them.', absent: true } } });
    void page.session.importFiles([{ path: 'p/1.png', blob: new Blob(['x']) }]);
    await answer('import', 'photos', '0000f00d');
    expect(page.data.getState().preview?.role).toBe('pool');
    await page.session.useImported();
    await settle();
    expect(worker().of('use').at(-1)).toMatchObject({ role: 'pool' });
    expect(config().dataset.source).toBe('builtin');
  });
});

describe('a run', () => {
  it('waits for the data', async () => {
    page.setup.edit((c) => ({ ...c, data: { ...c.data, size: 24 } }));
    void page.session.start();
    await settle();
    expect(worker().of('start')).toHaveLength(0);
    await answer('generate', 'Glyphs', '00000002');
    expect(worker().of('start')).toHaveLength(1);
  });
  it('takes over live changes and leaves structural ones to a restart', async () => {
    await begin();
    const key = page.setup.useSetup.getState().config.students[0]!.key;
    const rate = (value: number) =>
      page.setup.editStudent(key, (s) => ({ ...s, optimizer: { ...s.optimizer, rate: value } }));
    rate(0.01);
    await settle();
    expect(worker().of('adjust')).toHaveLength(1);
    page.setup.edit((c) => ({ ...c, training: { ...c.training, epochs: 33 } }));
    rate(0.02);
    await settle();
    expect(worker().of('adjust')).toHaveLength(1);
  });
  it('is paused, resumed and stepped by what it is doing', async () => {
    page.session.step();
    expect(worker().of('step')).toHaveLength(0);
    await begin();
    page.session.toggle();
    expect(worker().of('pause')).toHaveLength(1);
    say({ type: 'paused' });
    page.session.step();
    page.session.toggle();
    expect(worker().of('step')).toHaveLength(1);
    expect(worker().of('resume')).toHaveLength(1);
  });
  it('is begun again on a fresh worker after the device was lost', async () => {
    await begin();
    say({ type: 'run-failed', run: page.run.getState().run, message: 'gone', deviceLost: true });
    const old = worker();
    page.session.restartWorker(true);
    await settle();
    expect(worker()).not.toBe(old);
    await answer('generate', 'Glyphs', '00000001');
    expect(worker().of('start')).toHaveLength(1);
    expect(page.run.getState().failure).toBeUndefined();
  });
});
