/** Goes on with kept runs: when asked to, and by itself when the graphics device was lost. */
import type { BootOptions, SavedRun } from '../worker/protocol';
import { isActive, useRun } from './run';
import { useSaving } from './saving';
import { adoptResumed, client, replaceWorker } from './session';
import { useSweeps } from './sweep-store';

/** Milliseconds within which a second loss is no accident: browsers then refuse further devices. */
const AGAIN = 60_000;
/** Milliseconds a new worker may take to say what it has to go on with. */
const PATIENCE = 20_000;

let lastLoss = Number.NEGATIVE_INFINITY;

/** Goes on with the kept run in the present worker. */
export async function resumeSaved(): Promise<void> {
  const run = useRun.getState().run + 1;
  useRun.setState({ status: 'starting', run, failure: undefined, progress: undefined, notice: '' });
  const reply = await client.request({ type: 'resume-saved', run }).reply;
  if (reply.type === 'resuming') {
    adoptResumed(reply.config, reply.summary, reply.others);
    useRun.setState({ running: reply.config });
  } else if (reply.type === 'error') useRun.setState({ status: 'idle', notice: reply.message });
}

export const discardSaved = (): void => client.send({ type: 'discard-saved' });
export const takeOver = (): void => client.send({ type: 'take-over' });

/** What the new worker has to go on with; undefined where it has nothing, or says nothing. */
function keptBy(milliseconds: number): Promise<SavedRun | undefined> {
  return new Promise((resolve) => {
    const end = (kept?: SavedRun) => {
      clearTimeout(timer);
      stop();
      resolve(kept);
    };
    const timer = setTimeout(() => end(), milliseconds);
    const stop = useSaving.subscribe(({ saving }) => {
      // A worker that hangs keeps its lock although it was ended.
      if (saving.role === 'elsewhere') takeOver();
      if (saving.role === 'here' || saving.role === 'off') end(saving.kept);
    });
  });
}

const failed = (message: string): void =>
  useRun.setState({ status: 'failed', failure: { message, deviceLost: true } });

/** Replaces the worker and goes on in the new one. Resolves to false when that cannot be. */
export async function goOn(why: string, backend?: BootOptions['backend'], only = ''): Promise<void> {
  replaceWorker(backend);
  const kept = await keptBy(PATIENCE);
  if (!kept) return failed(`${why} There is nothing to go on with.`);
  const { device } = useRun.getState();
  if (only && device?.backend !== only) return failed(`${why} It did not come back.`);
  await resumeSaved();
  useRun.setState({ notice: `${why} Training went on from step ${kept.step}.` });
}

/** Watches for lost devices, and saves before the page may go. */
export function guardRuns(): void {
  client.listen((message) => {
    if (message.type !== 'run-failed' || !message.deviceLost || message.run !== useRun.getState().run) return;
    // A sweep passes over the point and takes a new worker by itself.
    if (useSweeps.getState().running) return;
    const now = performance.now();
    const again = now - lastLoss < AGAIN;
    lastLoss = now;
    const { saving } = useSaving.getState();
    if (again) failed('The graphics device was lost twice within a minute.');
    else if (saving.role === 'here' && saving.kept)
      void goOn('The graphics device was lost.', undefined, useRun.getState().device?.backend);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && isActive(useRun.getState().status)) client.send({ type: 'save-soon' });
  });
}
