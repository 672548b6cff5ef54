/** The same set-up again: in other browsers, and fifty times in one worker. */
import { chromium } from '@playwright/test';
import { findChromium, flags } from '../../scripts/chromium.mjs';
import type { FromWorker, ToWorker } from '../../src/worker/protocol';
import { interrupted, type Told } from '../gpu/interrupted';
import type { configOf, Setup } from '../gpu/setups';
import { expect, serveWorker, test } from '../gpu/worker';
import { prove } from '../proof';

const SETUP: Setup = {
  methods: ['labels-only', 'kd', 'crd', 'mixup-kd'],
  model: { id: 'cnn', params: { width: 4, blocks: 2 } },
  epochs: 4,
  training: { flip: true, crop: 1 },
};
const STARTS = 3;
const CYCLES = 50;

test('three browsers tell the same curves and metrics', async ({ files }) => {
  test.setTimeout(600_000);
  const told: Told[] = [];
  for (let i = 0; i < STARTS; i++) {
    const browser = await chromium.launch({ executablePath: await findChromium(), args: flags() });
    const page = await (await browser.newContext()).newPage();
    await serveWorker(page, files);
    told.push(await interrupted(page, SETUP));
    await browser.close();
  }
  const [first, ...others] = told as [Told, ...Told[]];
  const values = Object.values(first.curves).reduce((n, bits) => n + bits.length, 0);
  expect(values).toBeGreaterThan(100);
  expect(first.metrics.length).toBeGreaterThan(4);
  for (const other of others) {
    expect(other.curves).toEqual(first.curves);
    expect(other.metrics).toEqual(first.metrics);
  }
  prove(
    {
      id: 'determinism',
      area: 'GPU and worker',
      hazard: 'The same set-up gives other numbers another time',
      promise: 'Same set-up, data and device: the same curves and metrics, bit for bit',
      figure: `${STARTS} browser starts: ${values} values of ${Object.keys(first.curves).length} learners and ${first.metrics.length} measurements (accuracy, NLL, ECE and all others), 0 differ`,
    },
    test.info(),
  );
});

test('fifty runs and fifty data sets later the worker holds what it held', async ({ blank }) => {
  test.setTimeout(1_500_000);
  const short = { ...SETUP, methods: ['labels-only', 'kd'], epochs: 1 };
  // Each cycle has other images: the data set is made anew as well.
  const setups = [0, 1].map((i): Setup => ({ ...short, images: 260 + 8 * i }));
  const held = await blank.evaluate(
    async ([setups, cycles]) => {
      const path = '/setups.js';
      const { configOf: make }: { configOf: typeof configOf } = await import(path);
      const configs = setups.map(make);
      const worker = new Worker('/host.js', { type: 'module' });
      const wait = (match: (message: FromWorker) => boolean) =>
        new Promise<FromWorker>((resolve, reject) => {
          const listen = ({ data }: MessageEvent<FromWorker>) => {
            if (data.type === 'run-failed' || data.type === 'error') reject(new Error(data.message));
            if (!match(data)) return;
            worker.removeEventListener('message', listen);
            resolve(data);
          };
          worker.addEventListener('message', listen);
        });
      const send = (message: ToWorker) => worker.postMessage(message);
      const booted = wait(({ type }) => type === 'ready');
      send({ type: 'boot', options: {} });
      await booted;
      const all: string[] = [];
      for (let i = 0; i < cycles; i++) {
        const over = wait(({ type }) => (i % 2 ? type === 'finished' : type === 'points'));
        send({ type: 'start', run: i + 1, config: configs[i % 2]! });
        await over;
        send({ type: 'reset' });
        // Without a run and with the same data set, so that only what was left behind can differ.
        send({ type: 'generate', request: 2 * i + 1, config: configs[0]! });
        await wait((m) => m.type === 'dataset' && m.request === 2 * i + 1);
        // A reset is not answered: it is over when the last tensor is gone.
        for (let turn = 0; turn < 100; turn++) {
          const request = 1000 * (i + 1) + turn;
          const answer = wait((m) => m.type === 'debug' && m.request === request);
          send({ type: 'debug', request, action: 'memory' });
          const { result } = (await answer) as { result: { tensors: number } };
          all[i] = JSON.stringify(result);
          if (result.tensors === 0) break;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      worker.terminate();
      return all;
    },
    [setups, CYCLES] as const,
  );
  expect(held).toHaveLength(CYCLES);
  expect(new Set(held.slice(2)).size, `${held[2]} and ${held.at(-1)}`).toBe(1);
  prove(
    {
      id: 'cycles',
      area: 'GPU and worker',
      hazard: 'Every run leaves a little behind',
      promise: 'Tensors, buffers and bytes after a run are what they were before it',
      figure: `${CYCLES} runs started, half of them stopped midway, and as many data sets: equal after each`,
    },
    test.info(),
  );
});
