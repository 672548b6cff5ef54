/** Worker entry: receives the page's messages, owns the data sets and the one running session. */
import type { Choice, Config } from '../core/config';
import { type Dataset, ImportError } from '../data/dataset';
import { builtins, importers } from '../data/index';
import { regimes } from '../data/regimes/index';
import { type Booted, boot } from '../engine/boot';
import { beginRun, formsText, tuningCounts } from '../engine/forms';
import { gpu } from '../engine/gpu';
import { memory } from '../engine/weights';
import { runGolden } from '../golden/run';
import { methods } from '../methods/index';
import { metrics } from '../metrics/index';
import { models } from '../models/index';
import { tasks } from '../tasks/index';
import { estimateMemory } from '../trainer/estimate';
import { loadNetwork } from '../trainer/library';
import { previewRegimes } from '../trainer/regime';
import { Session } from '../trainer/session';
import { type Held, Workspace } from '../trainer/workspace';
import { answerLibrary } from './library';
import type { BootOptions, FromWorker, ListKind, MemoryEstimate, ToWorker } from './protocol';

const workspace = new Workspace();
let booted: Promise<Booted> | undefined;
let options: BootOptions = {};
let session: Session | undefined;
let running: Promise<void> | undefined;
let currentRun = 0;
/** Set when the device can no longer be trusted; only a new worker helps. */
let broken: string | undefined;
/** What the page knows about the forms of kernels. */
let toldForms = '';

/** Milliseconds between a failed read and the news of a lost device. */
const LOSS_GRACE = 200;

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Buffers of streamed numbers change hands instead of being copied. */
function buffersOf(message: FromWorker): Transferable[] {
  if (message.type === 'points') return message.points.map(({ data }) => data.buffer);
  if (message.type === 'evaluated') return message.evaluations.map(({ confusion }) => confusion.buffer);
  if (message.type === 'probe') return message.probe.panels.map(({ data }) => data.buffer);
  return [];
}

const emit = (message: FromWorker): void => postMessage(message, { transfer: buffersOf(message) });

function fail(message: string, deviceLost: boolean): void {
  if (broken) return;
  broken = message;
  session?.stop();
  emit({ type: 'run-failed', run: currentRun, message, deviceLost });
}

function start(): Promise<Booted> {
  booted ??= boot(
    options.backend,
    {
      lost: (message) =>
        fail(`The graphics device was lost${message ? `: ${message.replace(/\.+$/, '')}` : ''}.`, true),
      uncaptured: (message) =>
        fail(`The graphics device refused a command, so results would be stale: ${message}`, false),
    },
    options,
  );
  return booted;
}

async function endSession(): Promise<void> {
  if (!session) return;
  session.stop();
  await running;
  session.dispose();
  session = undefined;
}

/** Estimates are asked for before a run and needed again when it starts. */
let estimated: { readonly key: string; readonly memory: MemoryEstimate | undefined } | undefined;

function memoryOf(config: Config, dataset: Dataset, saved?: Choice): MemoryEstimate | undefined {
  const key = JSON.stringify([config, dataset.fingerprint, saved]);
  if (estimated?.key !== key) estimated = { key, memory: estimateMemory(config, dataset, saved) };
  return estimated.memory;
}

async function savedOf({ mode, saved }: Config['teacher']) {
  return mode === 'saved' && saved ? loadNetwork(saved) : undefined;
}

async function estimate(request: number, config: Config): Promise<void> {
  const { dataset } = workspace.ensure(config);
  await start();
  const saved = await savedOf(config.teacher);
  const memory = memoryOf(config, dataset, saved?.card.model);
  emit({ type: 'estimated', request, ...(memory ? { memory } : {}) });
}

async function startRun(run: number, config: Config): Promise<void> {
  await endSession();
  currentRun = run;
  const { dataset } = workspace.ensure(config);
  await start();
  beginRun();
  const saved = await savedOf(config.teacher);
  if (config.teacher.mode === 'saved' && !saved)
    throw new Error('Choose which saved teacher to use, or train one.');
  if (saved && saved.card.classNames.length !== dataset.classNames.length)
    throw new Error(
      `The saved teacher knows ${saved.card.classNames.length} classes, the data has ${dataset.classNames.length}.`,
    );
  const problem = memoryOf(config, dataset, saved?.card.model)?.problem;
  if (problem?.refuses) throw new Error(problem.message);
  session = new Session({
    run,
    dataset,
    config,
    replays: options.executor !== 'eager',
    keepsAnswers: options.teacher !== 'ask',
    batching: options.batching,
    saved: saved && { weights: saved.weights, choice: saved.card.model },
    emit,
  });
  running = session.start().catch(async (error: unknown) => {
    // A lost device first shows as a failed read; its own message, which tells more, comes a moment later.
    await new Promise((resolve) => setTimeout(resolve, LOSS_GRACE));
    if (!broken) emit({ type: 'run-failed', run, message: text(error), deviceLost: false });
  });
}

async function runOrRefuse(run: number, config: Config): Promise<void> {
  try {
    await startRun(run, config);
  } catch (error) {
    emit({ type: 'run-failed', run, message: text(error), deviceLost: false });
  }
}

async function importFiles(message: Extract<ToWorker, { type: 'import' }>): Promise<void> {
  const { request, files, config, edits } = message;
  let last = 0;
  const progress = (done: number, total: number) => {
    const now = performance.now();
    if (now - last < 100 && done < total) return;
    last = now;
    emit({ type: 'import-progress', request, done, total });
  };
  return previewOrRefuse(request, () => workspace.import(request, files, config, progress, edits));
}

async function previewOrRefuse(request: number, make: () => Held | Promise<Held>): Promise<void> {
  try {
    const { summary } = await make();
    emit({ type: 'dataset', request, summary, current: false });
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    emit({ type: 'import-refused', request, code: error.code, message: error.message });
  }
}

/** Only what can be sent: functions of a card stay here. */
const sendable = (card: object): unknown => JSON.parse(JSON.stringify(card));

const lists: Record<ListKind, () => readonly object[]> = {
  methods: () => methods.all,
  models: () => models.all,
  tasks: () => tasks.all,
  datasets: () => builtins.all,
  regimes: () => regimes.all,
  metrics: () => metrics.all,
  importers: () => importers.all,
};

function debug(action: 'lose-device' | 'memory' | 'counters'): unknown {
  if (action === 'lose-device') gpu()?.device.destroy();
  if (action === 'counters')
    return {
      ...gpu()?.counters,
      tuning: tuningCounts(),
      commands: 0,
      ...session?.recorded,
      ...session?.timing,
    };
  return { ...memory(), gpu: gpu()?.memory() };
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'boot': {
      options = message.options;
      const device = await start();
      toldForms = gpu() ? formsText() : '';
      emit({ type: 'ready', device: toldForms ? { ...device, kernels: toldForms } : device });
      return;
    }
    case 'generate': {
      const { summary } = workspace.ensure(message.config);
      return emit({ type: 'dataset', request: message.request, summary, current: true });
    }
    case 'estimate':
      return estimate(message.request, message.config);
    case 'import':
      return importFiles(message);
    case 'revise': {
      const { request, preview, config, edits } = message;
      return previewOrRefuse(request, () => workspace.revise(preview, config, edits));
    }
    case 'cancel-import':
      return workspace.cancel(message.request);
    case 'use': {
      const { summary } = workspace.accept(message.request);
      return emit({ type: 'dataset', request: message.request, summary, current: true });
    }
    case 'preview-regimes': {
      const report = previewRegimes(message.config, workspace.ensure(message.config).dataset);
      return emit({ type: 'regimes', request: message.request, report });
    }
    case 'start':
      return runOrRefuse(message.run, message.config);
    case 'pause':
      return session?.pause();
    case 'resume':
      return session?.resume();
    case 'step':
      return session?.stepOnce();
    case 'reset':
      return endSession();
    case 'adjust':
      return session?.adjust(message.config);
    case 'predictions': {
      const items = (await session?.predictions(message.split ?? 'test')) ?? [];
      return emit({ type: 'predictions', request: message.request, items });
    }
    case 'networks': {
      const items = (await session?.networks()) ?? [];
      return emit({ type: 'networks', request: message.request, items });
    }
    case 'pictures': {
      const pictures = workspace.pictures(message.split, message.rows);
      return emit({ type: 'pictures', request: message.request, pictures });
    }
    case 'keep-network':
    case 'list-networks':
    case 'rename-network':
    case 'delete-networks':
    case 'add-networks':
    case 'kept-networks':
      return emit(await answerLibrary(message, { session, device: start }));
    case 'golden':
      await start();
      return emit({ type: 'golden', request: message.request, results: await runGolden(message.content) });
    case 'list':
      return emit({ type: 'listed', request: message.request, items: lists[message.kind]().map(sendable) });
    case 'debug':
      return emit({ type: 'debug', request: message.request, result: debug(message.action) });
  }
}

addEventListener('message', (event: MessageEvent<ToWorker>) => {
  const { data } = event;
  handle(data).catch((error: unknown) => {
    const request = 'request' in data ? { request: data.request } : {};
    emit({ type: 'error', ...request, message: text(error) });
  });
});

addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  emit({ type: 'error', message: text(event.reason) });
});

setInterval(() => {
  emit({ type: 'heartbeat' });
  const kernels = gpu() ? formsText() : '';
  if (kernels === toldForms) return;
  toldForms = kernels;
  emit({ type: 'kernels', kernels });
}, 500);
