/** Page side of the worker protocol: typed messages, requests that are answered once, and a watch on silence. */
import type { FromWorker, ToWorker } from './protocol';

type Requested = Extract<ToWorker, { readonly request: number }>;
type WithoutRequest<T> = T extends unknown ? Omit<T, 'request'> : never;
export type Request = WithoutRequest<Requested>;
export type Reply = Extract<FromWorker, { readonly request: number }>;

/** Seconds without any message after which the worker counts as silent. */
export const SILENCE_SECONDS = 5;

export const makeWorker = (): Worker =>
  new Worker(new URL('./host.ts', import.meta.url), { type: 'module', name: 'condenser' });

export class WorkerClient {
  private worker: Worker | undefined;
  private nextRequest = 1;
  private readonly waiting = new Map<number, (reply: FromWorker) => void>();
  private readonly listeners = new Set<(message: FromWorker) => void>();
  private readonly make: () => Worker;
  private heard = 0;

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

  /** Call about once a second. */
  watch(now = performance.now()): void {
    const seconds = (now - this.heard) / 1000;
    this.onSilence(this.worker && seconds > SILENCE_SECONDS ? Math.floor(seconds) : 0);
  }

  private receive(message: FromWorker): void {
    this.heard = performance.now();
    if ('request' in message && message.request !== undefined && message.type !== 'import-progress') {
      const resolve = this.waiting.get(message.request);
      this.waiting.delete(message.request);
      resolve?.(message);
    }
    for (const listener of this.listeners) listener(message);
  }
}
