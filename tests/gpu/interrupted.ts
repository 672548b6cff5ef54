/** Interrupts runs of the app's own worker and goes on with them in another one. */
import type { Page } from '@playwright/test';
import type { BootOptions, FromWorker, Saving, ToWorker } from '../../src/worker/protocol';
import type { configOf, Setup } from './setups';

/** How a worker ends. */
export type End = 'terminated' | 'device lost' | 'GPU crash' | 'killed';

declare global {
  /** Given to the page by tests that crash the browser's GPU process. */
  var crashGpu: () => Promise<void>;
  /** Likewise of those that kill the browser. */
  var killBrowser: () => Promise<void>;
}

export interface Told {
  /** Bits of every curve value by learner, in order. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
  /** Metrics of every measurement, in order. */
  readonly metrics: readonly unknown[];
  readonly failures: readonly string[];
  /** Steps at which the worker was ended, and at which the next one went on. */
  readonly cuts: readonly (readonly [ended: number, resumed: number])[];
  /** Bytes of the last save, and the milliseconds the training waited for each. */
  readonly bytes: number;
  readonly waited: readonly number[];
  /** Milliseconds from the end of a worker to the first step of the next. */
  readonly recovered: readonly number[];
}

/**
 * Runs a set-up to its end through as many workers as it is interrupted. Without `ends` it is not.
 * @param goesOn with what an earlier page has left.
 */
export const interrupted = (
  page: Page,
  setup: Setup,
  ends: readonly { readonly at: number; readonly how: End }[] = [],
  boot: BootOptions = {},
  goesOn = false,
): Promise<Told> =>
  page.evaluate(
    async ([setup, ends, boot, goesOn]) => {
      const path = '/setups.js';
      const setups: { configOf: typeof configOf } = await import(path);
      const config = setups.configOf(setup);
      const left = [...ends];
      const cuts: [number, number][] = goesOn ? [[-1, -1]] : [];
      const recovered: number[] = [];
      const waited: number[] = [];
      const failures: string[] = [];
      let bytes = 0;
      let curves: Record<string, number[]> = {};
      let metrics: unknown[] = [];
      let endedAt = 0;
      /** Resolves when the run is over, or the worker is. */
      const one = (resumes: boolean) =>
        new Promise<'over' | 'cut'>((resolve, reject) => {
          const worker = new Worker('/host.js', { type: 'module' });
          let saving: Saving | undefined;
          let asked = false;
          let stepped = false;
          const send = (message: ToWorker) => worker.postMessage(message);
          const end = (how: 'over' | 'cut') => {
            worker.terminate();
            resolve(how);
          };
          const saved = (state: Saving) => {
            saving = state;
            if (state.cost) {
              bytes = state.cost.bytes;
              waited.push(state.cost.milliseconds);
            }
            if (state.role !== 'here' || asked) return;
            asked = true;
            if (resumes && !state.kept) reject(new Error('There is nothing to go on with.'));
            else if (resumes) {
              cuts.at(-1)![1] = state.kept!.step;
              send({ type: 'resume-saved', request: 1, run: 1 });
            } else send({ type: 'start', run: 1, config });
          };
          const cut = (how: string, step: number) => {
            left.shift();
            cuts.push([step, -1]);
            endedAt = performance.now();
            if (how === 'terminated') end('cut');
            else if (how === 'GPU crash') void globalThis.crashGpu();
            else if (how === 'killed') void globalThis.killBrowser();
            else send({ type: 'debug', request: 2, action: 'lose-device' });
          };
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
            if (data.type === 'started') {
              curves = {};
              metrics = [];
            } else if (data.type === 'points')
              for (const { learner, data: values } of data.points) {
                const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
                curves[learner] = [...(curves[learner] ?? []), ...bits];
              }
            else if (data.type === 'evaluated')
              metrics.push(
                ...data.evaluations.map(({ learner, split, step, metrics: all }) => ({
                  learner,
                  split,
                  step,
                  ...all,
                })),
              );
            else if (data.type === 'saving') saved(data.saving);
            else if (data.type === 'progress') {
              const { step } = data.progress;
              if (resumes && !stepped && cuts.length > 0 && step > cuts.at(-1)![1]) {
                stepped = true;
                recovered.push(performance.now() - endedAt);
              }
              const next = left[0];
              if (next && saving?.kept && step >= next.at) cut(next.how, step);
            } else if (data.type === 'run-failed') {
              if (data.deviceLost) end('cut');
              else {
                failures.push(data.message);
                end('over');
              }
            } else if (data.type === 'error') reject(new Error(data.message));
            else if (data.type === 'finished') end('over');
          };
          send({ type: 'boot', options: { saveEvery: 500, ...boot } });
        });
      for (let resumes = goesOn; (await one(resumes)) === 'cut'; ) resumes = true;
      return { curves, metrics, failures, cuts, bytes, waited, recovered };
    },
    [setup, ends, boot, goesOn] as const,
  );
