/** Hooks for tests and measurements; the page itself never asks. */
import { tuningCounts } from '../engine/forms';
import { gpu } from '../engine/gpu';
import { overfill } from '../engine/guard';
import { memory } from '../engine/weights';
import type { Session } from '../trainer/session';
import type { ToWorker } from './protocol';

/** Does what is asked, and answers with what the worker holds or has counted. */
export function debug(
  { action, learner }: Extract<ToWorker, { type: 'debug' }>,
  session: Session | undefined,
): unknown {
  if (action === 'lose-device') gpu()?.device.destroy();
  if (action === 'overfill') overfill(learner);
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
