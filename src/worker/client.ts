/** Page side of the worker protocol: typed messages, requests that are answered once, and a watch on silence. */
import type { FromWorker, ToWorker } from './protocol';

type Requested = Extract<ToWorker, { readonly request: number }>;
type WithoutRequest<T> = T extends unknown ? Omit<T, 'request'> : never;
export type Request = WithoutRequest<Requested>;
export type Reply = Extract<FromWorker, { readonly request: number }>;

/** Seconds without any message after which the worker counts as silent. It beats twice a second. */
export const SILENCE_SECONDS = 3.5;
/** The same where the worker said that it works without a pause, or is still being loaded. */
export const BUSY_SECONDS = 30;
/** Milliseconds between two looks at the worker: silence is seen 4 seconds after the last sign at the latest. */
export const LOOK_EVERY = 500;
/** Milliseconds since the last look from which the page itself was held up, and the worker's messages wait. */
const HELD_UP = 2_000;

/** Whether this message says that the next one may take long. */
const announcesWork = (message: FromWorker): boolean =>
  message.type === 'import-progress' ||
  (message.type === 'heartbeat' && message.busy === true) ||
  (message.type === 'progress' && message.progress.note !== '');

export const makeWorker = (): Worker =>
  new Worker(new URL('./host.ts', import.meta.url), { type: 'module', name: 'condenser' });

export class WorkerClient {
  private worker: Worker | undefined;
  private nextRequest = 1;
  private readonly waiting = new Map<number, (reply: FromWorker) => void>();
  private readonly listeners = new Set<(message: FromWorker) => void>();
  private readonly make: () => Worker;
  private heard = 0;
  private patience = BUSY_SECONDS;
  private looked = 0;

  /** Told the seconds of silence when it passes the limit, and 0 when the worker speaks again. */
  onSilence: (seconds: number) => void = () => {};
  /** The worker could not be loaded or broke outside a message. */
  onCrash: (message: string) => void = () => {};

  constructor(make: () => Worker = makeWorker) {
    this.make = make;
  }

  /** Starts the worker; an old one is ended first, its open requests fail. */
  start(): void {
    this.stop();
    const worker = this.make();
    this.worker = worker;
    this.heard = performance.now();
    this.looked = this.heard;
    this.patience = BUSY_SECONDS;
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.receive(event.data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.onCrash(event.message || 'The background worker could not be loaded.');
    };
  }

  stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
    for (const [request, resolve] of this.waiting)
      resolve({ type: 'error', request, message: 'The worker was restarted.' });
    this.waiting.clear();
  }

  listen(listener: (message: FromWorker) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  send(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }

  /** Sends a request; resolves with its final answer, which may be an `error` message. Never rejects. */
  request(message: Request): { readonly id: number; readonly reply: Promise<FromWorker> } {
    const id = this.nextRequest++;
    const reply = new Promise<FromWorker>((resolve) => this.waiting.set(id, resolve));
    this.send({ ...message, request: id } as ToWorker);
    return { id, reply };
  }

  /** Call every `LOOK_EVERY` milliseconds. */
  watch(now = performance.now()): void {
    const heldUp = now - this.looked > HELD_UP;
    this.looked = now;
    if (heldUp) return;
    const seconds = (now - this.heard) / 1000;
    this.onSilence(this.worker && seconds > this.patience ? Math.floor(seconds) : 0);
  }

  private receive(message: FromWorker): void {
    this.heard = performance.now();
    this.patience = announcesWork(message) ? BUSY_SECONDS : SILENCE_SECONDS;
    if ('request' in message && message.request !== undefined && message.type !== 'import-progress') {
      const resolve = this.waiting.get(message.request);
      this.waiting.delete(message.request);
      resolve?.(message);
    }
    for (const listener of this.listeners) listener(message);
  }
}
