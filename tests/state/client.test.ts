import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUSY_SECONDS, LOOK_EVERY, SILENCE_SECONDS, WorkerClient } from '../../src/worker/client';
import type { FromWorker, ToWorker } from '../../src/worker/protocol';

class StandIn {
  static made: StandIn[] = [];
  sent: ToWorker[] = [];
  ended = false;
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  constructor() {
    StandIn.made.push(this);
  }
  postMessage(message: ToWorker) {
    this.sent.push(message);
  }
  terminate() {
    this.ended = true;
  }
  say(data: FromWorker) {
    this.onmessage?.({ data });
  }
}

function started() {
  const client = new WorkerClient(() => new StandIn() as unknown as Worker);
  client.start();
  return { client, worker: StandIn.made.at(-1)! };
}

describe('the page side of the worker', () => {
  // The clock stands still, so that a slow test is no silence of the worker.
  beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(1000));
  afterEach(() => void vi.restoreAllMocks());

  it('answers a request with the reply of the same number only', async () => {
    const { client, worker } = started();
    const first = client.request({ type: 'list-networks' });
    const second = client.request({ type: 'list-networks' });
    expect(worker.sent.map((m) => 'request' in m && m.request)).toEqual([first.id, second.id]);
    worker.say({ type: 'library', request: second.id, networks: [] });
    worker.say({ type: 'error', request: first.id, message: 'no' });
    expect(await second.reply).toMatchObject({ type: 'library' });
    expect(await first.reply).toEqual({ type: 'error', request: first.id, message: 'no' });
  });
  it('does not take progress for the answer', async () => {
    const { client, worker } = started();
    const request = client.request({ type: 'use' });
    worker.say({ type: 'import-progress', request: request.id, done: 1, total: 2 });
    const waited = await Promise.race([request.reply, Promise.resolve('open')]);
    expect(waited).toBe('open');
  });
  it('fails open requests when the worker is replaced, and ends the old one', async () => {
    const { client, worker } = started();
    const request = client.request({ type: 'list-networks' });
    client.start();
    expect(worker.ended).toBe(true);
    expect(await request.reply).toMatchObject({ type: 'error' });
  });
  /** Looks every `LOOK_EVERY`, from now on: at which second silence is first told, up to `until`. */
  function seenAfter(client: WorkerClient, until: number): number | undefined {
    const since = performance.now();
    let seen: number | undefined;
    client.onSilence = (seconds) => {
      if (seconds > 0) seen ??= now - since;
    };
    let now = since;
    for (; now - since <= 1000 * until; now += LOOK_EVERY) client.watch(now);
    client.onSilence = () => {};
    return seen && seen / 1000;
  }

  it('sees silence within 5 seconds, and its end', () => {
    const { client, worker } = started();
    worker.say({ type: 'heartbeat' });
    expect(seenAfter(client, 10)).toBeGreaterThanOrEqual(SILENCE_SECONDS);
    worker.say({ type: 'heartbeat' });
    expect(seenAfter(client, 10)).toBeLessThan(5);
    const heard = vi.fn();
    client.onSilence = heard;
    worker.say({ type: 'heartbeat' });
    client.watch();
    expect(heard).not.toHaveBeenCalledWith(expect.toSatisfy((seconds: number) => seconds > 0));
  });

  const note = (text: string): FromWorker => ({
    type: 'progress',
    progress: {
      ...{ phase: 'warm-up', note: text, step: 0, totalSteps: 1, epoch: 0, epochs: 1 },
      ...{ imagesPerSecond: 0, stepMilliseconds: 0, learnerMilliseconds: {} },
    },
  });

  it.each<[string, FromWorker | undefined]>([
    ['is still being loaded', undefined],
    ['said that it will be busy', { type: 'heartbeat', busy: true }],
    ['reads files', { type: 'import-progress', request: 1, done: 1, total: 2 }],
    ['prepares kernels', note('preparing the kernels')],
  ])('waits longer for a worker that %s', (_, message) => {
    const { client, worker } = started();
    if (message) worker.say(message);
    expect(seenAfter(client, BUSY_SECONDS - 1)).toBeUndefined();
    expect(seenAfter(client, BUSY_SECONDS + 2)).toBeGreaterThanOrEqual(BUSY_SECONDS);
    worker.say(note(''));
    expect(seenAfter(client, 10)).toBeLessThan(5);
  });

  it('is not misled by a page that was held up itself', () => {
    const { client, worker } = started();
    worker.say({ type: 'heartbeat' });
    const heard = vi.fn();
    client.onSilence = heard;
    client.watch(performance.now() + 20_000);
    expect(heard).not.toHaveBeenCalled();
    client.watch(performance.now() + 20_000 + LOOK_EVERY);
    expect(heard.mock.lastCall?.[0]).toBeGreaterThan(19);
  });
  it('passes on a crash, also one without a message', () => {
    const { client, worker } = started();
    const crashed = vi.fn();
    client.onCrash = crashed;
    worker.onerror?.({ message: '' });
    expect(crashed.mock.lastCall?.[0]).toMatch(/could not be loaded/);
  });
});
