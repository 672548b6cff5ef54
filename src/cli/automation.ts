/**
 * The page's side of the command line. It presses the buttons a person would press: the same stores, the
 * same worker, the same import; nothing is computed here.
 */
import type { Config, DataRole } from '../core/config';
import type { DatasetSummary, RegimeReport } from '../data/dataset';
import { useDataset } from '../state/dataset';
import type { DatasetReport } from '../state/dataset-report';
import { useOthers } from '../state/others';
import { useRun } from '../state/run';
import { client, type DroppedFile, importFiles, start, useImported } from '../state/session';
import { useSetup } from '../state/setup';
import type { Device, FromWorker } from '../worker/protocol';
import type { Automation, Inspection, RunEvent, RunOutcome, ServedFile } from './protocol';

/** Files fetched at the same time; more only fills memory with half-read files. */
const PARALLEL = 16;

async function fetchFile({ path, url }: ServedFile): Promise<DroppedFile> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${path} could not be read (${response.status}).`);
  return { path, blob: await response.blob() };
}

async function fetchAll(files: readonly ServedFile[]): Promise<DroppedFile[]> {
  const out: DroppedFile[] = [];
  for (let i = 0; i < files.length; i += PARALLEL)
    out.push(...(await Promise.all(files.slice(i, i + PARALLEL).map(fetchFile))));
  return out;
}

function report(summary: DatasetSummary): DatasetReport {
  const { thumbnails: _, thumbnailSize: __, ...rest } = summary;
  return rest;
}

function withoutPictures({ pictures: _, ...rest }: RegimeReport): NonNullable<RunOutcome['regimes']> {
  return rest;
}

/** Resolves with the first state that `ready` accepts, at once when the present one does. */
function until<T>(
  store: { getState(): T; subscribe(listener: (state: T) => void): () => void },
  ready: (state: T) => boolean,
) {
  return new Promise<T>((resolve) => {
    if (ready(store.getState())) return resolve(store.getState());
    const stop = store.subscribe((state) => {
      if (!ready(state)) return;
      stop();
      resolve(state);
    });
  });
}

/** The answer of the asked type, or an error with the worker's own sentence. */
function expectReply<K extends FromWorker['type']>(
  reply: FromWorker,
  type: K,
): Extract<FromWorker, { type: K }> {
  if (reply.type === type) return reply as Extract<FromWorker, { type: K }>;
  throw new Error(
    reply.type === 'error' ? reply.message : `The worker answered '${reply.type}' instead of '${type}'.`,
  );
}

async function inspect(files: readonly ServedFile[]): Promise<Inspection> {
  const { config } = useSetup.getState();
  const reply = await client.request({ type: 'import', files: await fetchAll(files), config }).reply;
  if (reply.type === 'dataset') return { ok: true, summary: report(reply.summary) };
  if (reply.type === 'import-refused') return { ok: false, code: reply.code, message: reply.message };
  return { ok: false, code: 'ERROR', message: expectReply(reply, 'error').message };
}

async function load(
  files: readonly ServedFile[],
  config: Config,
  role?: DataRole,
): ReturnType<Automation['load']> {
  useSetup.setState({ config });
  const dropped = await fetchAll(files);
  if (dropped.length === 0) return { ok: false, code: 'EMPTY', message: 'There is no file below this path.' };
  await importFiles(dropped, role);
  const { preview, refused } = useDataset.getState();
  if (!preview)
    return {
      ok: false,
      code: (refused?.code ?? 'ERROR') as 'ERROR',
      message: refused?.message ?? 'Nothing was read.',
    };
  await useImported();
  return { ok: true, summary: report(preview.summary), config: useSetup.getState().config };
}

/** Resolves with the device the worker computes on; rejects with the reason when there is none. */
async function device(): Promise<Device> {
  const state = await until(
    useRun,
    (s) => s.device !== undefined || s.status === 'failed' || s.notice !== '',
  );
  if (state.device) return state.device;
  throw new Error(state.failure?.message ?? state.notice);
}

const otherReports = (): RunOutcome['others'] =>
  Object.fromEntries(
    Object.entries(useOthers.getState().others).flatMap(([role, other]) =>
      'summary' in other ? [[role, report(other.summary)]] : [],
    ),
  );

async function run(config: Config): Promise<RunOutcome> {
  useSetup.setState({ config });
  await device();
  await start();
  const end = await until(useRun, (state) => ['idle', 'finished', 'failed'].includes(state.status));
  const { current, error } = useDataset.getState();
  const failure =
    end.status === 'finished'
      ? ''
      : (end.failure?.message ?? (error || 'The data set of this set-up is not loaded.'));
  return {
    failure,
    config: useSetup.getState().config,
    dataset: current && report(current),
    others: otherReports(),
    regimes: end.regimes && withoutPictures(end.regimes),
  };
}

const plain = (values: Float32Array | Int32Array): number[] => Array.from(values);

/** A message as plain values, or undefined when the terminal has no use for it. */
function toEvent(message: FromWorker): RunEvent | undefined {
  switch (message.type) {
    case 'points':
      return { type: 'points', points: message.points.map((p) => ({ ...p, data: plain(p.data) })) };
    case 'evaluated':
      return {
        type: 'evaluated',
        evaluations: message.evaluations.map((e) => ({ ...e, confusion: plain(e.confusion) })),
      };
    case 'probe': {
      const panels = message.probe.panels.map((p) => ({ ...p, data: plain(p.data) }));
      return { type: 'probe', probe: { ...message.probe, panels } };
    }
    case 'started':
    case 'progress':
    case 'state':
      return message;
    default:
      return undefined;
  }
}

/** Puts `condenser` on the window. Call once, after the page has connected to its worker. */
export function installAutomation(): void {
  client.listen((message) => {
    const event = globalThis.condenserEvent && toEvent(message);
    if (event) globalThis.condenserEvent?.(event);
  });
  const automation: Automation = {
    device,
    list: async (kind) => expectReply(await client.request({ type: 'list', kind }).reply, 'listed').items,
    golden: async (file, content) =>
      expectReply(await client.request({ type: 'golden', file, content }).reply, 'golden').results,
    inspect,
    load,
    run,
    networks: async () =>
      expectReply(await client.request({ type: 'networks' }).reply, 'networks').items.map((item) => ({
        ...item,
        tensors: item.tensors.map((tensor) => ({ ...tensor, data: plain(tensor.data) })),
      })),
    predictions: async () =>
      expectReply(await client.request({ type: 'predictions' }).reply, 'predictions').items.map((item) => ({
        ...item,
        logits: plain(item.logits),
        labels: plain(item.labels),
        index: plain(item.index),
      })),
  };
  globalThis.condenser = automation;
}
