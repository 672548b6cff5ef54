/** The methods' own pictures: small tensors, read once an epoch. */
import type { Executor } from '../engine/executor';
import { ops } from '../engine/ops/index';
import type { Tensor } from '../engine/types';
import { readTensor, tidy } from '../engine/weights';
import type { FromWorker, Probe } from '../worker/protocol';
import type { Lane } from './lane';
import type { Shared } from './shared';

/** Sends the pictures of one lane, if its method has any. */
export async function probe(
  lane: Lane,
  shared: Shared,
  executor: Executor,
  emit: (message: FromWorker) => void,
): Promise<void> {
  if (!lane.options.method.probe) return;
  const { partsRead } = shared;
  const made = tidy(() => {
    // Eager steps end with their tensors, so the batch is made again.
    if (!executor.replays) for (const segment of shared.segments()) segment.run();
    const named = lane.probe(shared.batch());
    return Object.fromEntries(
      Object.entries(named).map(([key, tensor]): [string, Tensor] => [key, ops.cast(tensor, 'float32')]),
    );
  });
  if (executor.replays && shared.partsRead !== partsRead) {
    // What was read for the first time is not part of the replayed step, so it is old. Next time it is fresh.
    executor.replan();
    for (const tensor of Object.values(made)) tensor.dispose();
    return;
  }
  const panels: Probe['panels'][number][] = [];
  for (const [key, tensor] of Object.entries(made)) {
    panels.push({ key, shape: [...tensor.shape], data: await readTensor(tensor) });
    tensor.dispose();
  }
  emit({ type: 'probe', probe: { learner: lane.options.id, step: lane.step, panels } });
}
