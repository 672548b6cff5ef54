/** Worker entry: receives the page's messages, owns the data sets and the one running session. */
import type { Config } from '../core/config';
import { longWork, onLongWork, rested } from '../core/long-work';
import { type Dataset, ImportError } from '../data/dataset';
import { type Booted, boot } from '../engine/boot';
import { beginRun, formsText } from '../engine/forms';
import { gpu } from '../engine/gpu';
import { runGolden } from '../golden/run';
import { estimateMemory } from '../trainer/estimate';
import { sentImages } from '../trainer/images';
import { previewRegimes } from '../trainer/regime';
import type { KeptRun } from '../trainer/saved/store';
import { Session } from '../trainer/session';
import { type Held, Workspace } from '../trainer/workspace';
import { debug } from './debug';
import { answerLibrary } from './library';
import { listed } from './lists';
import { type Loaded, loaded } from './loading';
import type { BootOptions, FromWorker, MemoryEstimate, ToWorker } from './protocol';
import { liveConfig, resumeOf, Saving } from './saving';
import { buffersOf } from './transfer';

const workspace = new Workspace();
let booted: Promise<Booted> | undefined;
let options: BootOptions = {};
let session: Session | undefined;
let running: Promise<void> | undefined;
let ended = Promise.resolve();
let currentRun = 0;
/** Set when the device can no longer be trusted; only a new worker helps. */
let broken: string | undefined;
/** What the page knows about the forms of kernels. */
let toldForms = '';

/** Milliseconds between a failed read and the news of a lost device. */
const LOSS_GRACE = 200;

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const emit = (message: FromWorker): void => postMessage(message, { transfer: buffersOf(message) });

const saving = new Saving(emit, () => !broken);

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

/** Resolves when the last session is gone, also when it is ended already. */
function endSession(): Promise<void> {
  const last = session;
  session = undefined;
  last?.stop();
  if (last) ended = Promise.resolve(running).then(() => last.dispose());
  return ended;
}

/** Estimates are asked for before a run and needed again when it starts. */
let estimated: { readonly key: string; readonly memory: MemoryEstimate | undefined } | undefined;

function memoryOf(config: Config, dataset: Dataset, { teacher, members = [] }: Loaded) {
  const saved = teacher && { choice: teacher.choice, classes: teacher.classes };
  const cards = members.map(({ card }) => card);
  const key = JSON.stringify([config, dataset.fingerprint, saved, cards]);
  const forms = { saved, members: new Map(cards.map((card) => [card.key, { card }])) };
  if (estimated?.key !== key) estimated = { key, memory: estimateMemory(config, dataset, forms) };
  return estimated.memory;
}

async function estimate(request: number, config: Config): Promise<void> {
  const { dataset } = workspace.ensure(config);
  await start();
  const memory = memoryOf(config, dataset, await loaded(config));
  emit({ type: 'estimated', request, ...(memory ? { memory } : {}) });
}

async function startRun(run: number, config: Config, kept?: KeptRun): Promise<void> {
  currentRun = run;
  await endSession();
  longWork();
  const { dataset, summary } = workspace.ensure(config);
  await start();
  beginRun();
  const { teacher, members } = kept ?? (await loaded(config));
  if (config.teacher.mode === 'saved' && !teacher)
    throw new Error('Choose which saved teacher to use, or train one.');
  const problem = memoryOf(config, dataset, { teacher, members })?.problem;
  if (problem?.refuses) throw new Error(problem.message);
  // Reset, or another start, came meanwhile.
  if (run !== currentRun) return;
  longWork();
  session = new Session({
    run,
    dataset,
    config,
    replays: options.executor !== 'eager',
    keepsAnswers: options.teacher !== 'ask',
    batching: options.batching,
    saved: teacher,
    members: new Map(members?.map((member) => [member.card.key, member])),
    resume: kept && resumeOf(kept),
    saver: saving,
    emit: saving.follow({
      started: kept?.started ?? Date.now(),
      config,
      data: { name: summary.name, fingerprint: summary.fingerprint },
      totalSteps: 0,
      teacher,
      members,
      sources: workspace.dropped(config),
    }),
  });
  running = session.start().catch(async (error: unknown) => {
    // A lost device first shows as a failed read; its own message, which tells more, comes a moment later.
    await new Promise((resolve) => setTimeout(resolve, LOSS_GRACE));
    if (!broken) emit({ type: 'run-failed', run, message: text(error), deviceLost: false });
  });
}

/** Goes on with the kept run, on its own images. */
async function resumeSaved(request: number, run: number): Promise<void> {
  const found = await saving.find();
  if (found.kind !== 'run') throw new Error('There is no interrupted run any more.');
  const { config } = found.run;
  longWork();
  workspace.restore(await saving.imagesOf(found.run), config);
  const { summary } = workspace.ensure(config);
  const others = workspace.others(config);
  emit({ type: 'resuming', request, config: liveConfig(found.run), summary, others });
  return runOrRefuse(run, config, found.run);
}

async function runOrRefuse(run: number, config: Config, kept?: KeptRun): Promise<void> {
  try {
    await startRun(run, config, kept);
  } catch (error) {
    emit({ type: 'run-failed', run, message: text(error), deviceLost: false });
  }
}

async function importFiles(message: Extract<ToWorker, { type: 'import' }>): Promise<void> {
  const { request, files, config, edits, role } = message;
  let last = 0;
  const progress = (done: number, total: number) => {
    const now = performance.now();
    if (now - last < 100 && done < total) return;
    last = now;
    emit({ type: 'import-progress', request, done, total });
  };
  return previewOrRefuse(request, () => workspace.import(request, files, config, progress, edits, role));
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

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'boot': {
      options = message.options;
      const device = await start();
      toldForms = gpu() ? formsText() : '';
      emit({ type: 'ready', device: toldForms ? { ...device, kernels: toldForms } : device });
      saving.begin(options.saveEvery);
      await import('../data/parquet/file').catch(() => undefined); // From here on the server is asked nothing.
      return;
    }
    case 'generate': {
      const { summary } = workspace.first(message.config);
      return emit({ type: 'dataset', request: message.request, summary, current: true });
    }
    case 'others':
      return emit({ type: 'others', request: message.request, others: workspace.others(message.config) });
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
      const { summary } = workspace.accept(message.request, message.role);
      return emit({ type: 'dataset', request: message.request, summary, current: !message.role });
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
      currentRun = 0;
      await endSession();
      return saving.forget();
    case 'resume-saved':
      return resumeSaved(message.request, message.run);
    case 'discard-saved':
      return saving.forget();
    case 'take-over':
      return saving.takeOver();
    case 'save-soon':
      return saving.soon();
    case 'adjust':
      return session?.adjust(message.config);
    case 'predictions': {
      const items = (await session?.predictions(message.split ?? 'test')) ?? [];
      return emit({ type: 'predictions', request: message.request, items });
    }
    case 'networks':
      return emit({ type: 'networks', request: message.request, items: (await session?.networks()) ?? [] });
    case 'setup-images':
      return emit(sentImages(message, workspace.ensure(message.config).dataset));
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
    case 'look': {
      if (!session) throw new Error('There is no run whose learners could be asked. Start one first.');
      return emit({ type: 'looked', request: message.request, found: await session.look(message.look) });
    }
    case 'golden':
      await start();
      return emit({ type: 'golden', request: message.request, results: await runGolden(message.content) });
    case 'list':
      return emit({ type: 'listed', request: message.request, items: listed(message.kind) });
    case 'debug':
      return emit({ type: 'debug', request: message.request, result: debug(message, session) });
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

onLongWork(() => emit({ type: 'heartbeat', busy: true }));

setInterval(() => {
  rested();
  // Without our kernels a step is computed here, or waited for here, and may take as long as it likes.
  if (booted && !gpu()) longWork();
  else emit({ type: 'heartbeat' });
  const kernels = gpu() ? formsText() : '';
  if (kernels === toldForms) return;
  toldForms = kernels;
  emit({ type: 'kernels', kernels });
}, 500);
