/** `run`: trains a set-up and writes what came out. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, DATA_ROLES, type DataRole, type OtherConfig } from '../core/config';
import { percent, short } from '../core/format';
import { metrics } from '../metrics/index';
import { linkFragment } from '../share/link';
import { npz } from '../share/npz';
import { FORMATS, type NetworkFormat } from '../share/snippets';
import type { DatasetReport } from '../state/dataset-report';
import { aboutRun, networkFiles } from '../state/network-file';
import type { Device } from '../worker/protocol';
import { type Command, UsageError } from './arguments';
import { type OpenPage, type Tools, withPage } from './browser';
import { History } from './history';
import { ProgressBar } from './progress';
import type { PlainNetwork, PlainPredictions, RunOutcome } from './protocol';
import { setupOf } from './setup';
import { pointsOf, type RunOne, sweepInto } from './sweep';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** Nothing from the page for this long counts as a hang; the worker speaks twice a second. */
const SILENCE_MS = 300_000;

function setupText(setup: string | undefined): string | undefined {
  if (setup === undefined || setup.includes('#c=') || /^\d+\.[\w-]+$/.test(setup)) return setup;
  if (!existsSync(setup)) throw new UsageError(`There is no file ${setup}.`);
  return readFileSync(setup, 'utf8');
}

const stamp = (): string => new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

/** Rejects when the page says nothing for too long. `heard` restarts the clock. */
function silence(): { heard(): void; readonly hung: Promise<never>; stop(): void } {
  let timer: ReturnType<typeof setTimeout>;
  let fail: (error: Error) => void = () => {};
  const hung = new Promise<never>((_, reject) => {
    fail = reject;
  });
  hung.catch(() => {});
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => fail(new Error(`The page said nothing for ${SILENCE_MS / 1000} s.`)),
      SILENCE_MS,
    );
  };
  heard();
  return { heard, hung, stop: () => clearTimeout(timer) };
}

async function train(open: OpenPage, config: RunOutcome['config'], history: History): Promise<RunOutcome> {
  const bar = new ProgressBar(process.stderr);
  const watch = silence();
  open.onEvent((event) => {
    watch.heard();
    history.add(event);
    if (event.type === 'progress') bar.show(event.progress);
  });
  try {
    const run = open.page.evaluate((c) => globalThis.condenser!.run(c), config);
    return await Promise.race([run, open.broken, watch.hung]);
  } finally {
    watch.stop();
    bar.end();
  }
}

/** Reads files into the page. @param fingerprint of the images the set-up was made with. */
async function load(
  open: OpenPage,
  paths: readonly string[],
  config: Config,
  fingerprint: string | undefined,
  role?: DataRole,
): Promise<Config> {
  const files = open.shelf.put(paths);
  const reading = open.page.evaluate(([f, c, r]) => globalThis.condenser!.load(f, c, r), [
    files,
    config,
    role,
  ] as const);
  const read = await Promise.race([reading, open.broken]);
  if (!read.ok) throw new Error(`${read.message} [${read.code}]`);
  const { summary } = read;
  if (summary.skipped.length > 0)
    process.stderr.write(`${summary.skipped.length} files were left out; 'import' lists them.\n`);
  if (fingerprint && fingerprint !== summary.fingerprint)
    process.stderr.write(
      `These are not the images of the set-up: ${summary.fingerprint} instead of ${fingerprint}.\n`,
    );
  return read.config ?? config;
}

const printOf = (set: OtherConfig | undefined): string | undefined =>
  set?.source === 'own' ? set.fingerprint : undefined;

/** All images that are named as files: the first set's, then further ones. */
async function loadData(open: OpenPage, command: RunCommand, config: Config): Promise<Config> {
  let now = config;
  if (command.data.length > 0) now = await load(open, command.data, now, printOf(now.dataset));
  for (const role of DATA_ROLES) {
    const other = command.others[role];
    if (other && 'paths' in other)
      now = await load(open, other.paths, now, printOf(now.others?.[role]), role);
  }
  return now;
}

/** Own images of the set-up that no option names. */
function unnamed({ dataset, others }: Config, command: RunCommand): string[] {
  const sets = [['data', dataset] as const, ...Object.entries(others ?? {})];
  return sets.flatMap(([option, set]) => {
    const named = option === 'data' ? command.data.length > 0 : command.others[option as DataRole];
    return set.source === 'own' && !named
      ? [`The set-up uses your own data '${set.name}'; name it with --${option}.`]
      : [];
  });
}

/** A learner's id as the name of a file. */
const fileOf = (learner: string): string => learner.replace('/', '-').replace(/[^\w-]/g, '_');

function writePredictions(dir: string, items: readonly PlainPredictions[]): void {
  mkdirSync(join(dir, 'predictions'), { recursive: true });
  for (const { learner, rows, classes, logits, labels, index } of items) {
    const file = `${fileOf(learner)}.npz`;
    const arrays = {
      logits: { shape: [rows, classes], data: Float32Array.from(logits) },
      labels: { shape: [rows], data: Int32Array.from(labels) },
      index: { shape: [rows], data: Int32Array.from(index) },
    };
    writeFileSync(join(dir, 'predictions', file), npz(arrays));
  }
}

/** Every network in every format; one that a format cannot hold is named, and the others are written. */
function writeNetworks(dir: string, items: readonly PlainNetwork[], history: History): void {
  for (const item of items) {
    const tensors = item.tensors.map((tensor) => ({ ...tensor, data: Float32Array.from(tensor.data) }));
    const about = aboutRun(history.config, history.latest, item.learner);
    for (const format of Object.keys(FORMATS) as NetworkFormat[])
      try {
        const files = networkFiles({ ...item, tensors }, fileOf(item.learner), format, about);
        for (const [path, bytes] of Object.entries(files)) {
          const to = join(dir, 'networks', path);
          mkdirSync(dirname(to), { recursive: true });
          writeFileSync(to, bytes);
        }
      } catch (error) {
        process.stderr.write(`${item.learner}: ${error instanceof Error ? error.message : String(error)}\n`);
      }
  }
}

interface Results {
  readonly outcome: RunOutcome;
  readonly history: History;
  readonly device: Device;
  readonly dataset: DatasetReport | undefined;
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
}

function write(dir: string, results: Results): void {
  const { outcome, history, device, versions, seconds } = results;
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const summary = {
    failure: outcome.failure,
    backend: device.backend,
    device,
    versions,
    seconds: Math.round(seconds * 10) / 10,
    millisecondsPerStep: history.progress?.stepMilliseconds ?? null,
    dataset: outcome.dataset ?? null,
    others: outcome.others,
    regimes: outcome.regimes ?? null,
    learners: history.results(),
  };
  writeFileSync(join(dir, 'summary.json'), json(summary));
  writeFileSync(join(dir, 'config.json'), json(outcome.config));
  writeFileSync(join(dir, 'history.csv'), history.csv());
  writeFileSync(join(dir, 'link.txt'), `${linkFragment(outcome.config)}\n`);
}

const shown = ['accuracy', 'nll', 'brier', 'ece', 'agreement'];

/** The result table as text. */
export function table(history: History): string {
  const head = ['learner', 'state', ...shown.map((id) => metrics.get(id).short), 'parameters'];
  const rows = history.results().map(({ id, state, splits, parameters }) => {
    const values = (splits['test'] ?? splits['validation'])?.metrics ?? {};
    const cells = shown.map((metric) => {
      const value = values[metric];
      if (value === undefined) return '-';
      return metrics.get(metric).format === 'percent' ? percent(value) : short(value);
    });
    return [id, state.kind, ...cells, String(parameters)];
  });
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function writeLearners(
  dir: string,
  open: OpenPage,
  command: RunCommand,
  history: History,
): Promise<void> {
  writePredictions(dir, await open.page.evaluate(() => globalThis.condenser!.predictions()));
  if (command.networks)
    writeNetworks(dir, await open.page.evaluate(() => globalThis.condenser!.networks()), history);
}

/** Trains one set-up and writes what came out; the code is 0 only when every learner finished. */
function runInto(command: RunCommand, tools: Tools, wanted: Config, dir: string): ReturnType<RunOne> {
  return withPage(tools, command.page, async (open) => {
    const started = performance.now();
    const device = await Promise.race([
      open.page.evaluate(() => globalThis.condenser!.device()),
      open.broken,
    ]);
    process.stderr.write(
      `${device.backend} on ${device.name || 'an unnamed adapter'}${device.software ? ' (software)' : ''}\n`,
    );
    const config = await loadData(open, command, wanted);
    const history = new History(config);
    let outcome: RunOutcome = { failure: '', config, dataset: undefined, others: {}, regimes: undefined };
    try {
      outcome = await train(open, config, history);
      if (!outcome.failure) await writeLearners(dir, open, command, history);
    } catch (error) {
      outcome = { ...outcome, failure: error instanceof Error ? error.message : String(error) };
    }
    const versions = { ...tools.versions, chromium: open.browserVersion };
    const seconds = (performance.now() - started) / 1000;
    write(dir, { outcome, history, device, dataset: outcome.dataset, versions, seconds });
    if (history.learners.length > 0) process.stdout.write(`${table(history)}\n`);
    if (outcome.failure) process.stderr.write(`The run failed: ${outcome.failure}\n`);
    process.stdout.write(`${dir}\n`);
    return { code: outcome.failure === '' && history.allFinished ? 0 : 1, history };
  });
}

/** Returns the exit code: 0 only when every learner of every run finished. */
export async function runCommand(command: RunCommand, tools: Tools): Promise<number> {
  const wanted = setupOf(command, setupText(command.setup));
  const [absent] = unnamed(wanted, command);
  if (absent) throw new UsageError(absent);
  const dir = command.out ?? join('out', `${command.vary ? 'sweep' : 'run'}-${stamp()}`);
  if (command.vary) {
    // What cannot be a sweep is said before a folder is made.
    pointsOf(command, wanted);
    mkdirSync(dir, { recursive: true });
    return sweepInto(dir, command, wanted, (config, folder) => runInto(command, tools, config, folder));
  }
  mkdirSync(dir, { recursive: true });
  return (await runInto(command, tools, wanted, dir)).code;
}
