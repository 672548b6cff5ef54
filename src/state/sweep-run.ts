/** Trains the points of a sweep one after the other, each as the run that Start would begin. */
import type { Config } from '../core/config';
import { useDataset } from './dataset';
import { lastKept, loadRuns, removeRuns, useHistory } from './history';
import { deleteSweep, type KeptRun, type KeptSweep, readSweeps, writeSweep } from './history-db';
import { type RunState, useRun } from './run';
import { runClock } from './run-clock';
import { reset, restartWorker, start } from './session';
import { useSetup } from './setup';
import { configAt, type Point, workOf } from './sweep';
import { pointsLeft } from './sweep-results';
import { type RunningSweep, useSweeps } from './sweep-store';

type Ended = { readonly kind: 'finished' | 'left' } | { readonly kind: 'failed'; readonly message: string };

/** How the run of this number ends. A reset, or another run in its place, leaves the sweep. */
function ended(run: number): Promise<Ended> {
  return new Promise((resolve) => {
    const look = (state: RunState): boolean => {
      if (state.run !== run || state.status === 'idle') resolve({ kind: 'left' });
      else if (state.status === 'finished') resolve({ kind: 'finished' });
      else if (state.status === 'failed')
        resolve({ kind: 'failed', message: state.failure?.message ?? 'The run stopped.' });
      else return false;
      return true;
    };
    if (look(useRun.getState())) return;
    const stop = useRun.subscribe((state) => {
      if (look(state)) stop();
    });
  });
}

async function trainPoint(config: Config): Promise<Ended> {
  useSetup.setState({ config, problems: [] });
  await start();
  const { status, run } = useRun.getState();
  if (useSweeps.getState().running?.cancelled) {
    // Cancelled while its images were made: the run began all the same.
    reset();
    return { kind: 'left' };
  }
  if (status === 'idle')
    return {
      kind: 'failed',
      message: useDataset.getState().error || 'The images of this point are not here.',
    };
  return ended(run);
}

const change = (part: Partial<RunningSweep>): void =>
  useSweeps.setState(({ running }) => ({ running: running && { ...running, ...part } }));

/** Keeps the sweep as it is now; a browser that refuses to store it still shows it. */
async function keep(sweep: KeptSweep): Promise<void> {
  useSweeps.setState(({ sweeps }) => ({
    sweeps: [sweep, ...(sweeps ?? []).filter(({ id }) => id !== sweep.id)],
  }));
  await writeSweep(sweep).catch(() => undefined);
}

async function failed(point: Point, message: string): Promise<void> {
  const { running } = useSweeps.getState();
  if (!running) return;
  const sweep = { ...running.sweep, failures: [...running.sweep.failures, { point, message }] };
  change({ sweep });
  await keep(sweep);
  // A lost device answers nothing any more; the next point needs a new worker.
  if (useRun.getState().failure?.deviceLost) restartWorker(false);
}

/**
 * Trains every point that has not been trained, and brings the set-up back that was there before. A point that fails is
 * named and passed over; `cancelSweep`, Reset and Start end the sweep, what is finished stays.
 * @param base what the points vary; `back` what is edited afterwards.
 */
export async function runSweep(made: KeptSweep, base: Config, back: Config = base): Promise<void> {
  if (useSweeps.getState().running) return;
  const sweep = { ...made, base, ended: false };
  const left = pointsLeft(sweep, useHistory.getState().runs ?? []);
  const at = left[0] ?? 0;
  useSweeps.setState({ running: { sweep, at, base: back, seconds: [], cancelled: false }, open: sweep.id });
  await keep(sweep);
  for (const at of left) {
    const point = sweep.points[at]!;
    change({ at });
    const end = await trainPoint(configAt(base, point));
    await lastKept();
    if (useSweeps.getState().running?.cancelled || end.kind === 'left') break;
    if (end.kind === 'failed') await failed(point, end.message);
    else change({ seconds: [...(useSweeps.getState().running?.seconds ?? []), runClock.seconds] });
  }
  const last = useSweeps.getState().running?.sweep ?? sweep;
  useSweeps.setState({ running: undefined });
  useSetup.setState({ config: back, problems: [] });
  await keep({ ...last, ended: true });
}

/** What the points of a sweep vary; undefined where neither it nor a run of it is kept. */
export const baseOf = (sweep: KeptSweep, runs: readonly KeptRun[]): Config | undefined =>
  sweep.base ?? runs.find((run) => run.sweep?.id === sweep.id)?.config;

/** Trains the points that a sweep has left; the one that was in training starts anew. */
export async function goOnWithSweep(sweep: KeptSweep): Promise<void> {
  if (!useHistory.getState().runs) await loadRuns();
  const base = baseOf(sweep, useHistory.getState().runs ?? []);
  if (base) await runSweep(sweep, base, useSetup.getState().config);
}

/** A sweep that the page left in the midst of, with how many points it has left. Reads what is kept. */
export async function interruptedSweep(): Promise<{ sweep: KeptSweep; left: number } | undefined> {
  await loadSweeps();
  const sweep = useSweeps.getState().sweeps?.find(({ ended }) => ended === false);
  if (!sweep || useSweeps.getState().running) return undefined;
  await loadRuns();
  const left = pointsLeft(sweep, useHistory.getState().runs ?? []).length;
  return left > 0 ? { sweep, left } : undefined;
}

/** Leaves a sweep as it is. */
export const leaveSweep = (sweep: KeptSweep): Promise<void> => keep({ ...sweep, ended: true });

/** Ends the sweep; the point in training is dropped, finished ones stay. */
export function cancelSweep(): void {
  change({ cancelled: true });
  reset();
}

/** Seconds that points take, from a run of these data that this browser has finished; undefined without one. */
export function expectedSeconds(
  configs: readonly Config[],
  runs: readonly KeptRun[],
  fingerprint: string | undefined,
): { readonly seconds: number; readonly from: KeptRun } | undefined {
  const alike = runs.filter((run) => run.seconds !== undefined && run.data.fingerprint === fingerprint);
  const methods = ({ students }: Config) => JSON.stringify(students.map(({ method }) => method.id));
  const wanted = configs[0] && methods(configs[0]);
  const from = alike.find(({ config }) => methods(config) === wanted) ?? alike[0];
  if (!from?.seconds) return undefined;
  const perWork = from.seconds / workOf(from.config);
  return { seconds: configs.reduce((sum, config) => sum + perWork * workOf(config), 0), from };
}

/** Seconds left: the mean of the points done, times those to come; undefined before the first is done. */
export function secondsLeft({ seconds, sweep, at }: RunningSweep, spent: number): number | undefined {
  if (seconds.length === 0) return undefined;
  const mean = seconds.reduce((a, b) => a + b, 0) / seconds.length;
  return Math.max(0, mean * (sweep.points.length - at) - spent);
}

export async function loadSweeps(): Promise<void> {
  const sweeps = await readSweeps().catch(() => []);
  useSweeps.setState({ sweeps: sweeps.sort((a, b) => b.created - a.created) });
}

/** Deletes a sweep with its runs, pinned ones excepted. */
export async function removeSweep(id: string): Promise<void> {
  const runs = useHistory.getState().runs ?? [];
  await removeRuns(runs.filter(({ sweep, pinned }) => sweep?.id === id && !pinned).map(({ key }) => key));
  await deleteSweep(id).catch(() => undefined);
  useSweeps.setState(({ sweeps, open }) => ({
    sweeps: (sweeps ?? []).filter((sweep) => sweep.id !== id),
    open: open === id ? undefined : open,
  }));
}
