/** Connects the stores with the worker: every command of the page goes out here, every message comes in here. */
import type { Config, DataRole } from '../core/config';
import type { DatasetSummary } from '../data/dataset';
import { LOOK_EVERY, WorkerClient } from '../worker/client';
import type { BootOptions, OtherSummaries } from '../worker/protocol';
import { needsAdjust, needsData, needsRestart } from './changes';
import { curves } from './curves';
import { type DroppedFile, useDataset } from './dataset';
import { askLibrary } from './library';
import { askMemory } from './memory';
import { adoptOther, adoptOthers, forgetOthers, refreshOthers, roleOf } from './others';
import { fail, receive } from './receive';
import { CLEARED, isActive, useRun } from './run';
import { useSaving } from './saving';
import { edit, fixedOf, useSetup } from './setup';

export type { DroppedFile };

export const client = new WorkerClient();

/** Files of the current own data set, kept to read them again at another size. */
let ownFiles: readonly DroppedFile[] = [];
let previewFiles: readonly DroppedFile[] = [];
let dataConfig: Config | undefined;
/** Fingerprint of the data the worker holds; a new worker holds none. */
let held: string | undefined;
let dataReady: Promise<boolean> = Promise.resolve(false);
/** Counts data requests: an answer to an older one is not taken. */
let dataTurn = 0;
let bootOptions: BootOptions = {};
/** The run that is to pause after its first step. */
let stepOnStart: number | undefined;

/** Starts the worker, listens to it and keeps the data set in step with the set-up. */
export function connect(options: BootOptions): void {
  bootOptions = options;
  client.listen(receive);
  client.listen((message) => {
    if (message.type !== 'started' || message.run !== stepOnStart) return;
    stepOnStart = undefined;
    client.send({ type: 'step' });
  });
  client.onSilence = (silent) => {
    if (useRun.getState().silent !== silent) useRun.setState({ silent });
  };
  client.onCrash = (message) => fail(message, false);
  setInterval(() => client.watch(), LOOK_EVERY);
  boot();
  let timer: ReturnType<typeof setTimeout> | undefined;
  useSetup.subscribe((state, before) => {
    if (state.config === before.config) return;
    clearTimeout(timer);
    timer = setTimeout(followSetup, 150);
  });
}

function boot(followsData = true): void {
  useSaving.setState(useSaving.getInitialState());
  client.start();
  client.send({ type: 'boot', options: bootOptions });
  dataConfig = undefined;
  held = undefined;
  forgetOthers();
  if (followsData) void followData();
  void askLibrary(client, { type: 'list-networks' });
}

/** Live changes go to a running session at once; changed data is made anew while nothing runs. */
function followSetup(): void {
  const { config } = useSetup.getState();
  const { status, running } = useRun.getState();
  if (running && isActive(status)) {
    if (!needsRestart(running, config, fixedOf) && needsAdjust(running, config)) {
      useRun.setState({ running: config });
      client.send({ type: 'adjust', config });
    }
    return;
  }
  void followData();
}

/** Makes the data of the set-up current, then asks for its further sets and what training would take. */
async function followData(): Promise<void> {
  if (!(await refreshData())) return;
  await refreshOthers(client);
  askMemory(client);
}

/** Makes the data of the set-up current; resolves to false when that is not possible. */
function refreshData(): Promise<boolean> {
  const { config } = useSetup.getState();
  if (dataConfig && !needsData(dataConfig, config)) return dataReady;
  const previous = dataConfig;
  dataConfig = config;
  dataReady = config.dataset.source === 'builtin' ? generate(config) : ownData(config, previous);
  return dataReady;
}

async function generate(config: Config): Promise<boolean> {
  const turn = ++dataTurn;
  useDataset.setState({ pending: true, error: '', wanted: undefined });
  const reply = await client.request({ type: 'generate', config }).reply;
  if (turn !== dataTurn) return dataReady;
  if (reply.type === 'dataset') {
    held = reply.summary.fingerprint;
    useDataset.setState({ pending: false, current: reply.summary });
    return true;
  }
  dataConfig = undefined;
  useDataset.setState({
    pending: false,
    error: reply.type === 'error' ? reply.message : 'No data came back.',
  });
  return false;
}

async function ownData(config: Config, previous: Config | undefined): Promise<boolean> {
  if (config.dataset.source !== 'own') return false;
  const { fingerprint, name, edits } = config.dataset;
  const { current } = useDataset.getState();
  const sameImages = previous === undefined || JSON.stringify(previous.data) === JSON.stringify(config.data);
  const sameClasses = JSON.stringify(current?.edits) === JSON.stringify(edits);
  if (held === fingerprint && current?.fingerprint === fingerprint && sameImages && sameClasses) return true;
  if (ownFiles.length === 0 || current?.name !== name) {
    useDataset.setState({ wanted: { name, fingerprint } });
    return false;
  }
  return importAgain(config);
}

/** Reads the same files with other size or split settings and uses them without asking. */
async function importAgain(config: Config): Promise<boolean> {
  const turn = ++dataTurn;
  useDataset.setState({ pending: true, error: '' });
  const edits = config.dataset.source === 'own' ? (config.dataset.edits ?? {}) : {};
  const request = client.request({ type: 'import', files: ownFiles, config, edits });
  const reply = await request.reply;
  if (turn !== dataTurn) return dataReady;
  if (reply.type !== 'dataset') {
    dataConfig = undefined;
    const error = reply.type === 'error' || reply.type === 'import-refused' ? reply.message : '';
    useDataset.setState({ pending: false, error, importing: undefined });
    return false;
  }
  return adopt(request.id, reply.summary, ownFiles, config);
}

async function adopt(
  request: number,
  summary: NonNullable<ReturnType<typeof useDataset.getState>['current']>,
  files: readonly DroppedFile[],
  read: Config,
): Promise<boolean> {
  useDataset.setState({ pending: true });
  client.send({ type: 'use', request });
  ownFiles = files;
  held = summary.fingerprint;
  const { name, fingerprint, edits } = summary;
  edit((config) => ({
    ...config,
    data: read.data,
    dataset: { source: 'own', name, fingerprint, ...(edits ? { edits } : {}) },
  }));
  dataConfig = useSetup.getState().config;
  dataReady = Promise.resolve(true);
  useDataset.setState({
    pending: false,
    current: summary,
    preview: undefined,
    importing: undefined,
    wanted: undefined,
    error: '',
  });
  return true;
}

/** Reads dropped files; the answer opens the preview or names what is wrong. @param role what they are for. */
export async function importFiles(files: readonly DroppedFile[], role?: DataRole): Promise<void> {
  if (files.length === 0) {
    useDataset.setState({
      importing: undefined,
      refused: { code: 'EMPTY', message: 'The drop held no files. Drop files, a folder or a zip.' },
    });
    return;
  }
  cancelImport();
  const { config } = useSetup.getState();
  previewFiles = files;
  const request = client.request({ type: 'import', files, config, ...(role ? { role } : {}) });
  useDataset.setState({
    importing: { request: request.id, done: 0, total: files.length },
    refused: undefined,
  });
  const reply = await request.reply;
  if (useDataset.getState().importing?.request !== request.id) return;
  if (reply.type === 'dataset') {
    const preview = {
      request: request.id,
      summary: reply.summary,
      config,
      role: role ?? roleOf(config, reply.summary),
      past: [],
      busy: false,
      refused: '',
    };
    useDataset.setState({ importing: undefined, preview });
  } else if (reply.type === 'import-refused' && reply.code !== 'CANCELLED')
    useDataset.setState({ importing: undefined, refused: { code: reply.code, message: reply.message } });
  else if (reply.type === 'error')
    useDataset.setState({ importing: undefined, refused: { code: 'READ', message: reply.message } });
  else useDataset.setState({ importing: undefined });
}

export function cancelImport(): void {
  const { importing } = useDataset.getState();
  if (importing) client.send({ type: 'cancel-import', request: importing.request });
  useDataset.setState({ importing: undefined, preview: undefined });
}

/** Takes the previewed data. A run on the old data is dropped, the set-up stays. */
export async function useImported(): Promise<void> {
  const { preview } = useDataset.getState();
  if (!preview || preview.busy) return;
  const { request, summary, role } = preview;
  if (role) return adoptOther(client, request, role, summary, previewFiles);
  if (useRun.getState().running) reset();
  await adopt(request, summary, previewFiles, preview.config);
}

/** Starts a run of the set-up as it is now; a run in progress is replaced. `pausing`: stops after its first step. */
export async function start(pausing = false): Promise<void> {
  useRun.setState({ status: 'starting', failure: undefined, notice: '' });
  if (!(await refreshData())) {
    useRun.setState({ status: 'idle', progress: undefined });
    return;
  }
  await refreshOthers(client);
  const { config } = useSetup.getState();
  const run = useRun.getState().run + 1;
  stepOnStart = pausing ? run : undefined;
  useRun.setState({ status: 'starting', run, running: config, progress: undefined });
  client.send({ type: 'start', run, config });
}

/** The one main button: start, pause or resume. */
export function toggle(): void {
  const { status } = useRun.getState();
  if (status === 'running') client.send({ type: 'pause' });
  else if (status === 'paused') client.send({ type: 'resume' });
  else if (status !== 'starting') void start();
}

/** One step, then pause. Without a run, one is started for it. */
export function step(): void {
  const { status } = useRun.getState();
  if (status === 'paused' || status === 'running') client.send({ type: 'step' });
  else if (status !== 'starting') void start(true);
}

/** Drops the run and its curves. */
export function reset(): void {
  client.send({ type: 'reset' });
  curves.reset([]);
  useRun.setState({
    ...CLEARED,
    status: 'idle',
    running: undefined,
    progress: undefined,
    failure: undefined,
  });
  void followData();
}

/** Ends the worker and begins with a fresh one; `again` starts the run anew. */
export function restartWorker(again: boolean): void {
  useRun.setState({ device: undefined, silent: 0, status: 'idle', failure: undefined });
  boot();
  if (again) void start();
}

/** A fresh worker that is to go on with a kept run. `backend`: what it runs on from now on. */
export function replaceWorker(backend?: BootOptions['backend']): void {
  if (backend) bootOptions = { ...bootOptions, backend };
  useRun.setState({ device: undefined, silent: 0, status: 'starting', failure: undefined });
  boot(false);
}

/** Takes over the set-up and the images of a run that the worker goes on with. */
export function adoptResumed(config: Config, summary: DatasetSummary, others: OtherSummaries): void {
  dataTurn++;
  held = summary.fingerprint;
  dataConfig = config;
  dataReady = Promise.resolve(true);
  adoptOthers(config, others);
  useSetup.setState({ config, problems: [] });
  useDataset.setState({ ...useDataset.getInitialState(), current: summary });
}
