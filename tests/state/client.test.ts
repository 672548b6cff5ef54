import { describe, expect, it, vi } from 'vitest';
import { SILENCE_SECONDS, WorkerClient } from '../../src/worker/client';
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
  it('reports silence after the limit and its end', () => {
    const { client, worker } = started();
    const heard = vi.fn();
    client.onSilence = heard;
    const now = performance.now();
    client.watch(now + 1000 * (SILENCE_SECONDS - 1));
    expect(heard).toHaveBeenLastCalledWith(0);
    client.watch(now + 1000 * (SILENCE_SECONDS + 3));
    expect(heard.mock.lastCall?.[0]).toBeGreaterThanOrEqual(SILENCE_SECONDS + 2);
    worker.say({ type: 'heartbeat' });
    client.watch();
    expect(heard).toHaveBeenLastCalledWith(0);
  });
  it('passes on a crash, also one without a message', () => {
    const { client, worker } = started();
    const crashed = vi.fn();
    client.onCrash = crashed;
    worker.onerror?.({ message: '' });
    expect(crashed.mock.lastCall?.[0]).toMatch(/could not be loaded/);
  });
});
