/** Runs a pass over all rows of a set for what it writes, in batches of one size. */
import * as tf from '@tensorflow/tfjs-core';
import { recordTuned } from './forms';
import { gpu, type Recording } from './gpu';
import { FixedInput } from './inputs';
import type { Tensor1D } from './types';

/** Submits in flight: keeps the queue short enough for the page's own frames. */
const SUBMITS_AHEAD = 4;

/**
 * Calls `run` for rows 0 .. count - 1, `batch` at a time; the last row is repeated where the last batch is not full.
 * On our backend `run` is recorded once and replayed, and must not read anything back.
 */
export async function sweep(
  count: number,
  batch: number,
  run: (index: FixedInput<Tensor1D>) => void,
): Promise<void> {
  const index = new FixedInput<Tensor1D>([batch], 'int32');
  const device = gpu();
  let recording: Recording | undefined;
  const drop = () => {
    if (recording) device?.drop(recording);
  };
  try {
    if (device)
      await recordTuned(
        device,
        () => {
          recording = device.record(() => tf.tidy(() => run(index)));
        },
        () => device.compile(),
        drop,
      );
    for (let start = 0, i = 1; start < count; start += batch, i++) {
      index.set(Int32Array.from({ length: batch }, (_, k) => Math.min(count - 1, start + k)));
      if (recording) device?.play([recording.commands]);
      else tf.tidy(() => run(index));
      if (i % SUBMITS_AHEAD === 0) await device?.device.queue.onSubmittedWorkDone();
    }
  } finally {
    drop();
    index.dispose();
  }
}
