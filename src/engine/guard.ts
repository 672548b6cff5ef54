/**
 * What the device refuses while a segment is recorded. WebGPU tells late and beside the results: a buffer that could
 * not be made is bound all the same, and what is read back is what another tensor left there.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Runs `work`; resolves with what the device refused of it, undefined when nothing. Throws what `work` throws. */
export function refusals(device: GPUDevice, work: () => void): Promise<string | undefined> {
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  let answers: Promise<(GPUError | null)[]> | undefined;
  try {
    work();
  } finally {
    answers = Promise.all([device.popErrorScope(), device.popErrorScope()]);
  }
  return answers.then((errors) => errors.find((error) => error)?.message);
}

let victim: string | undefined;

/** Hook for tests: the recording of segment `id` begins with more than any buffer holds. */
export const overfill = (id: string | undefined): void => {
  victim = id;
};

const SMALL = 2e6;

/** Asks for a small tensor and then for one past the limit, as a run would that outgrew its estimate. */
export function overfillIfAsked(id: string, { limits }: GPUDevice): void {
  if (id !== victim) return;
  victim = undefined;
  tf.fill([SMALL], 2);
  tf.slice(tf.fill([limits.maxBufferSize / 4 + 1024], 7), 0, 4);
}
