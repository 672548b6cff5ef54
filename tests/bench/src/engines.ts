/** The page's side of an engine: a worker that answers calls, or a native process behind the page. */
import { batchesOf, netOf, type Weights } from './nets';
import type { Calls, Measured, Round, Traffic } from './types';

type Name = keyof Calls;
type Argument<N extends Name> = Parameters<Calls[N]>[0];
type Answer<N extends Name> = Awaited<ReturnType<Calls[N]>>;

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

declare global {
  /** Engines outside the browser, offered by whoever drives this page. */
  var benchNative: ((name: string, argument: unknown) => Promise<unknown>) | undefined;
}

/** Longest wait for one answer, in ms. */
const PATIENCE = 180_000;

interface Line {
  call(name: string, argument: unknown): Promise<unknown>;
  close(): void;
}

function workerLine(): Line {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, (reply: Reply) => void>();
  let next = 0;
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  worker.onerror = ({ message }) => {
    for (const [id, settle] of waiting) settle({ id, error: message || 'The worker did not load.' });
    waiting.clear();
  };
  const call = (name: string, argument: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const id = next++;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`'${name}' took longer than ${PATIENCE / 1000} s.`));
      }, PATIENCE);
      waiting.set(id, ({ value, error }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      });
      worker.postMessage({ id, request: { name, argument } });
    });
  return { call, close: () => worker.terminate() };
}

const base64 = (array: Float32Array | Int32Array): string => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
};

/** A native engine gets net, weights and batches as text. */
function nativeLine(): Line {
  const ask = globalThis.benchNative;
  if (!ask) throw new Error('needs a native process, which this page was not given.');
  const packed = (start: Argument<'start'>) => ({
    net: { name: start.net, ...netOf(start.net) },
    weights: Object.entries(start.weights).map(([name, { shape, values }]) => ({
      name,
      shape,
      values: base64(values),
    })),
    batches: batchesOf(netOf(start.net)).map(({ x, y }) => ({ x: base64(x), y: base64(y) })),
  });
  return {
    call: (name, argument) => ask(name, name === 'start' ? packed(argument as Argument<'start'>) : argument),
    close: () => void ask('close', null),
  };
}

export class Engine {
  private readonly line: Line;

  constructor(id: string) {
    this.line = id === 'torch-cpu' ? nativeLine() : workerLine();
  }

  call<N extends Name>(name: N, argument: Argument<N>): Promise<Answer<N>> {
    return this.line.call(name, argument) as Promise<Answer<N>>;
  }

  close(): void {
    this.line.close();
  }

  /** One call to a worker that ends with it. */
  static async once<N extends Name>(name: N, argument: Argument<N>): Promise<Answer<N>> {
    const engine = new Engine('once');
    try {
      return await engine.call(name, argument);
    } finally {
      engine.close();
    }
  }
}

/** Milliseconds of a step from which on every step counts as a round. */
export const SLOW = 1500;
/** And up to which the script of such steps is timed two more times, as it is not warm at the second step. */
const BEARABLE = 5000;

/** One engine on one net, from its first step to its last round. A failure ends it and is kept. */
export class Measuring {
  readonly rounds: Round[] = [];
  /** Milliseconds of a step, from the newest round. */
  stepMs = 0;
  private readonly id: string;
  private engine: Engine | undefined;
  private state: Measured['state'] = 'ok';
  private message: string | undefined;
  private first: Answer<'start'> | undefined;
  private losses: number[] = [];
  private traffic: Traffic | undefined;
  private steps = 0;
  private whole = false;

  constructor(id: string) {
    this.id = id;
  }

  skip(message: string): void {
    this.state = 'skipped';
    this.message = message;
  }

  private async attempt(work: (engine: Engine) => Promise<void>): Promise<void> {
    if (this.state !== 'ok') return;
    try {
      this.engine ??= new Engine(this.id);
      await work(this.engine);
    } catch (error) {
      this.state = this.id === 'torch-cpu' && !this.first ? 'skipped' : 'failed';
      this.message = error instanceof Error ? error.message : String(error);
      console.log(`bench: ${this.id} ${this.state}: ${this.message}`);
      this.engine?.close();
    }
  }

  /** First step and a round of one; then, unless steps are slow, the losses of the first steps and a short round. */
  async start(net: string, weights: Weights, losses: number): Promise<void> {
    await this.attempt(async (engine) => {
      this.first = await engine.call('start', { engine: this.id, net, weights });
      const add = (loss: number | undefined) => loss !== undefined && this.losses.push(loss);
      add(this.first.loss);
      await this.run(engine, 1, add);
      if (this.stepMs > SLOW) {
        const again = this.first.forms !== undefined && this.stepMs < BEARABLE;
        for (let i = 0; again && i < 2; i++) await this.run(engine, 1, add);
        return;
      }
      // The first step after the first one is still slow.
      this.rounds.pop();
      for (const loss of await engine.call('losses', losses - 2)) add(loss);
      await this.run(engine, 3);
    });
  }

  private async run(engine: Engine, steps: number, add?: (loss: number | undefined) => void): Promise<void> {
    const { ms, js, loss, traffic } = await engine.call('run', steps);
    add?.(loss);
    this.steps = steps;
    this.rounds.push({ ms, js });
    this.traffic = traffic;
    this.stepMs = ms;
  }

  /** Longer rounds replace the short one of the start. */
  async round(steps: number): Promise<void> {
    await this.attempt(async (engine) => {
      if (!this.whole && steps > this.steps) this.rounds.length = 0;
      this.whole = true;
      await this.run(engine, steps);
    });
  }

  /** Ends the engine and returns what was found. */
  async finish(): Promise<Measured> {
    this.engine?.close();
    const { state, message, first, losses, steps, rounds, traffic } = this;
    return {
      state,
      ...(message === undefined ? {} : { message }),
      ...(first ? { parameters: first.parameters, firstStepMs: first.firstStepMs } : {}),
      ...(first?.forms ? { forms: first.forms } : {}),
      losses,
      steps,
      rounds,
      ...(traffic ? { traffic } : {}),
    };
  }
}
