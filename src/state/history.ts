/** The runs this browser has finished: kept when they end, listed, named, pinned, compared and deleted. */
import { create } from 'zustand';
import type { Config } from '../core/config';
import { type Curves, curves, METRIC_IDS } from './curves';
import { useDataset } from './dataset';
import { deleteRuns, FORM, type KeptLearner, type KeptRun, readRuns, writeRun } from './history-db';
import { type RunState, useRun } from './run';
import { runClock } from './run-clock';
import type { Series } from './series';
import { useSetup } from './setup';
import { pointOfRun } from './sweep-store';
import { useTour } from './tour-store';

/** Runs kept beside the pinned ones; the oldest gives way. */
export const MOST_RUNS = 200;

export interface HistoryState {
  /** Newest first; undefined until they were read. */
  readonly runs: readonly KeptRun[] | undefined;
  /** Keys of the runs under comparison, in the order they were chosen. */
  readonly compared: readonly string[];
  /** Why runs cannot be kept; empty when they can. */
  readonly problem: string;
}

export const useHistory = create<HistoryState>()(() => ({ runs: undefined, compared: [], problem: '' }));

const reason = (error: unknown): string =>
  `Runs cannot be kept in this browser: ${error instanceof Error ? error.message : String(error)}`;

/** Does `work` on the stored runs; a refusal of the browser becomes a message, never an exception. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    useHistory.setState({ problem: '' });
  } catch (error) {
    useHistory.setState(({ runs }) => ({ runs: runs ?? [], problem: reason(error) }));
  }
}

const newestFirst = (runs: readonly KeptRun[]): KeptRun[] => [...runs].sort((a, b) => b.created - a.created);

/** Keys beyond the limit: the oldest that are not pinned. Pure. */
export const surplus = (runs: readonly KeptRun[], limit = MOST_RUNS): string[] =>
  newestFirst(runs)
    .filter((run) => !run.pinned)
    .slice(limit)
    .map((run) => run.key);

type Ended = Pick<RunState, 'learners' | 'latest' | 'states' | 'device'>;

/** Rows of `[step, seconds]` that are kept of a learner; the last is always among them. */
const MOST_TIMES = 128;

function keptTimes(series: Series | undefined): Float32Array<ArrayBuffer> {
  const length = series?.length ?? 0;
  const rows = Math.min(length, MOST_TIMES);
  const picked = Array.from({ length: rows }, (_, i) =>
    rows < 2 ? 0 : Math.round((i * (length - 1)) / (rows - 1)),
  );
  return Float32Array.from(picked.flatMap((row) => [series!.step(row), series!.value(row, 0)]));
}

function keptLearner(run: Ended, from: Curves, learner: KeptLearner['learner']): KeptLearner {
  const series = from.evaluated.get(learner.id);
  const width = METRIC_IDS.length + 1;
  const rows = new Float32Array((series?.length ?? 0) * width);
  for (let row = 0; row * width < rows.length; row++) {
    rows[row * width] = series!.step(row);
    for (let c = 0; c < METRIC_IDS.length; c++) rows[row * width + 1 + c] = series!.value(row, c);
  }
  const tested = run.latest.get(`${learner.id} test`);
  return {
    learner,
    state: run.states.get(learner.id)?.kind ?? 'waiting',
    test: tested?.metrics ?? {},
    ...(tested ? { reliability: tested.reliability } : {}),
    validation: { columns: METRIC_IDS, rows },
    times: keptTimes(from.times.get(learner.id)),
  };
}

/** What is kept of a run that has ended. Pure. */
export function keptRun(
  run: Ended,
  config: Config,
  from: Curves,
  about: Pick<KeptRun, 'data' | 'created' | 'name' | 'seconds' | 'sweep'>,
): KeptRun {
  return {
    ...about,
    form: FORM,
    key: about.created.toString(36),
    note: '',
    pinned: false,
    config,
    device: run.device ? `${run.device.name || run.device.backend}` : '',
    learners: run.learners.map((learner) => keptLearner(run, from, learner)),
  };
}

export const loadRuns = (): Promise<void> =>
  attempt(async () => useHistory.setState({ runs: newestFirst(await readRuns()) }));

async function keep(run: KeptRun): Promise<void> {
  await attempt(async () => {
    await writeRun(run);
    const all = newestFirst([run, ...(await readRuns()).filter(({ key }) => key !== run.key)]);
    const gone = surplus(all);
    if (gone.length) await deleteRuns(gone);
    useHistory.setState({ runs: all.filter(({ key }) => !gone.includes(key)) });
  });
}

let keeping: Promise<void> = Promise.resolve();
/** Resolves when the run that finished last has been written, or could not be. */
export const lastKept = (): Promise<void> => keeping;

/** Keeps every run when it finishes. `nameOf` makes the name of a run that has none. */
export function keepFinishedRuns(nameOf: (config: Config) => string): void {
  useRun.subscribe((now, before) => {
    if (now.status !== 'finished' || before.status === 'finished' || !now.running) return;
    // Not the tour's: nobody set it up.
    if (useTour.getState().at !== undefined) return;
    const { current } = useDataset.getState();
    if (!current) return;
    const data = { name: current.name, fingerprint: current.fingerprint, classes: current.classNames.length };
    const sweep = pointOfRun();
    const about = {
      data,
      created: Date.now(),
      name: sweep?.name ?? nameOf(now.running),
      seconds: runClock.seconds,
      ...(sweep ? { sweep: { id: sweep.id, point: sweep.point } } : {}),
    };
    keeping = keep(keptRun(now, now.running, curves, about));
  });
}

/** Name, note or pin of a kept run. */
export async function changeRun(
  key: string,
  change: Partial<Pick<KeptRun, 'name' | 'note' | 'pinned'>>,
): Promise<void> {
  const found = useHistory.getState().runs?.find((run) => run.key === key);
  if (found) await keep({ ...found, ...change });
}

export async function removeRuns(keys: readonly string[]): Promise<void> {
  await attempt(async () => {
    await deleteRuns(keys);
    useHistory.setState(({ runs, compared }) => ({
      runs: (runs ?? []).filter(({ key }) => !keys.includes(key)),
      compared: compared.filter((key) => !keys.includes(key)),
    }));
  });
}

export const compareRun = (key: string, on: boolean): void =>
  useHistory.setState(({ compared }) => ({
    compared: [...compared.filter((other) => other !== key), ...(on ? [key] : [])],
  }));

/** Makes the set-up of a kept run the edited one. */
export const openSetup = (run: KeptRun): void => useSetup.setState({ config: run.config, problems: [] });
