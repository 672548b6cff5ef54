/**
 * The app's own worker on a blank page: built once per test worker, driven by its protocol. Compiling kernels is most
 * of what a short run costs on a processor, so runs that ask for nothing special follow each other in one worker, as
 * they do in the page; a run that failed, or changed what only a new worker can change, has its own.
 */
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { build } from 'vite';
import type { BootOptions, FromWorker, ToWorker } from '../../src/worker/protocol';
import type { configOf, Setup } from './setups';

export const ORIGIN = 'http://localhost:1/';

export interface Asset {
  readonly type: string;
  readonly body: Buffer | string;
}

async function bundle(): Promise<Map<string, Asset>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    publicDir: false,
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      // The preload helper of a page build looks for a document; workers have none.
      modulePreload: false,
      rollupOptions: {
        input: {
          host: fileURLToPath(new URL('../../src/worker/host.ts', import.meta.url)),
          setups: fileURLToPath(new URL('./setups.ts', import.meta.url)),
        },
        preserveEntrySignatures: 'strict',
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  const output = Array.isArray(result) ? result[0] : result;
  if (!output || !('output' in output)) throw new Error('The worker was not built.');
  return new Map(
    output.output.map((file) => [
      file.fileName,
      file.type === 'chunk'
        ? { type: 'text/javascript', body: file.code }
        : { type: 'application/wasm', body: Buffer.from(file.source) },
    ]),
  );
}

/** What one run said, kept by the page until the test asks. */
export interface Heard {
  /** Bits of every curve value by learner, in order. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
  readonly columns: Readonly<Record<string, number>>;
  readonly messages: readonly FromWorker[];
  readonly replies: Readonly<Record<number, unknown>>;
  /** Curves of the second run, where `again` asked for one. */
  readonly again: Readonly<Record<string, readonly number[]>>;
}

declare global {
  /** The worker of the last run, whose kernels are compiled. */
  var spare: Worker | undefined;
}

/** Drives one worker: boots it, runs a set-up to its end, sends side messages at given steps. */
export type Drive = (
  setup: Setup | undefined,
  options?: {
    boot?: BootOptions;
    /** Messages to send once the run has reached a step. */
    at?: readonly { step: number; message: ToWorker }[];
    before?: readonly ToWorker[];
    /** Runs the same set-up a second time in the same worker, whose kernels are compiled by then. */
    again?: BootOptions;
    /** Number of a request that asks what the set-up will take, before it starts. */
    estimate?: number;
    /** TensorFlow.js flags of the worker, `NAME:value`. */
    flags?: string;
    /** In a worker that has run nothing before. */
    fresh?: boolean;
    /** Sends 'resume' right after each message of `onPaused`. */
    thenResume?: boolean;
    /** One of these is sent each time the run says it is paused. */
    onPaused?: readonly (ToWorker | { readonly adjustTo: Setup })[];
  },
) => Promise<Heard>;

function drive(page: Page): Drive {
  return (setup, options = {}) =>
    page.evaluate(
      async ([setup, options]) => {
        const {
          boot = {},
          at = [],
          before = [],
          onPaused = [],
          thenResume = false,
          again,
          estimate,
          flags,
        } = options;
        const { backend, variant, tuning, half, ...changeable } = boot;
        const own = options.fresh || [flags, backend, variant, tuning, half].some((v) => v !== undefined);
        const spare = own ? undefined : globalThis.spare;
        if (spare) globalThis.spare = undefined;
        const path = '/setups.js';
        const setups: { configOf: typeof configOf } = await import(path);
        const config = setup && setups.configOf(setup);
        return new Promise<Heard>((resolve, reject) => {
          const worker =
            spare ?? new Worker(`/host.js${flags ? `?tfjsflags=${flags}` : ''}`, { type: 'module' });
          const curves: Record<string, number[]> = {};
          const second: Record<string, number[]> = {};
          let run = 0;
          const columns: Record<string, number> = {};
          const messages: FromWorker[] = [];
          const replies: Record<number, unknown> = {};
          const waiting = [...at];
          const afterPause = [...onPaused];
          let open = 0;
          let ended = false;
          let well = !own;
          let booted = false;
          const send = (message: ToWorker) => {
            if ('request' in message) open++;
            worker.postMessage(message);
          };
          const finish = () => {
            if (!ended || open > 0) return;
            worker.onmessage = null;
            if (well && !globalThis.spare) globalThis.spare = worker;
            else worker.terminate();
            resolve({ curves, columns, messages, replies, again: second });
          };
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
            if (data.type === 'heartbeat' || data.type === 'import-progress') return;
            booted ||= data.type === 'ready';
            if (data.type === 'run-failed' || data.type === 'error') well = false;
            // What is said before is about the last run.
            if (!booted && data.type !== 'error') return;
            if (data.type === 'points')
              for (const { learner, rows, data: values } of data.points) {
                columns[learner] = values.length / rows;
                const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
                const into = run === 2 ? second : curves;
                into[learner] = [...(into[learner] ?? []), ...bits];
              }
            else messages.push(data);
            if (data.type === 'progress')
              while (waiting[0] && data.progress.step >= waiting[0].step) send(waiting.shift()!.message);
            if (data.type === 'error' && data.request === undefined) reject(new Error(data.message));
            if (data.type === 'ready') {
              for (const message of before) send(message);
              if (config && estimate !== undefined) send({ type: 'estimate', request: estimate, config });
              run++;
              if (config) worker.postMessage({ type: 'start', run, config } satisfies ToWorker);
              else ended = true;
            }
            const next = data.type === 'paused' ? afterPause.shift() : undefined;
            if (next)
              send('adjustTo' in next ? { type: 'adjust', config: setups.configOf(next.adjustTo) } : next);
            if (next && thenResume) send({ type: 'resume' });
            if ('request' in data && data.request !== undefined) {
              replies[data.request] = data;
              open--;
            }
            if (data.type === 'finished' && again && run === 1)
              worker.postMessage({ type: 'boot', options: again } satisfies ToWorker);
            else if (data.type === 'finished' || data.type === 'run-failed') {
              ended = true;
              for (const { message } of waiting.splice(0)) send(message);
            }
            finish();
          };
          if (spare) worker.postMessage({ type: 'reset' } satisfies ToWorker);
          worker.postMessage({ type: 'boot', options: spare ? changeable : boot } satisfies ToWorker);
        });
      },
      [setup, options] as const,
    );
}

/** Nothing of this browser's storage can be had. */
const REFUSED = `import '/refuse.js';
import '/host.js';`;
const REFUSE = `const refuse = () => { throw new DOMException('Not in a private window.', 'SecurityError'); };
StorageManager.prototype.getDirectory = async () => refuse();
IDBFactory.prototype.open = refuse;`;

/** Makes a page nothing but the worker's files beside it. */
export async function serveWorker(page: Page, files: ReadonlyMap<string, Asset>): Promise<void> {
  await page.route(`${ORIGIN}**`, (route) => {
    const file = files.get(new URL(route.request().url()).pathname.slice(1));
    return file
      ? route.fulfill({ contentType: file.type, body: file.body })
      : route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>worker</title>' });
  });
  await page.goto(ORIGIN);
}

export async function workerFiles(): Promise<Map<string, Asset>> {
  const files = await bundle();
  files.set('refused.js', { type: 'text/javascript', body: REFUSED });
  files.set('refuse.js', { type: 'text/javascript', body: REFUSE });
  return files;
}

interface Shared {
  files: ReadonlyMap<string, Asset>;
  /** A page with nothing but the worker's files beside it, and another one in the same browser. */
  blank: Page;
  second: Page;
  run: Drive;
}

export const test = base.extend<object, Shared>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  files: [async ({}, use) => use(await workerFiles()), { scope: 'worker', timeout: 120_000 }],
  blank: [
    async ({ browser, files }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await serveWorker(page, files);
      await use(page);
      await context.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  second: [
    async ({ blank, files }, use) => {
      const page = await blank.context().newPage();
      await serveWorker(page, files);
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
  // With storage of its own: a worker that waits for the next run must not count as another tab.
  run: [
    async ({ browser, files }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await serveWorker(page, files);
      await use(drive(page));
      await context.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

export { expect };

/** Bits of 32 bit floats as numbers. */
export const floats = (bits: readonly number[]): number[] => [
  ...new Float32Array(Uint32Array.from(bits).buffer),
];
