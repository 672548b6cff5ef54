/** The methods' and networks' own pictures: small tensors, read once an epoch. */
import type { Executor } from '../engine/executor';
import { ops } from '../engine/ops/index';
import type { Tensor } from '../engine/types';
import { readTensor, tidy } from '../engine/weights';
import type { Probe } from '../worker/protocol';
import type { Lane } from './lane';
import type { Shared } from './shared';

/** Keys of a network's pictures, so that they do not meet a method's. */
const NETWORK = 'network/';

/**
 * The pictures of one lane by name, made eagerly; none if neither its method nor its first student has any.
 * @param remakes the tensors of the last step have ended, so the batch is made again.
 */
export function draw(lane: Lane, shared: Shared, remakes: boolean): Readonly<Record<string, Tensor>> {
  const { method } = lane.options;
  return tidy(() => {
    if (method.probe && remakes) shared.remake();
    const own = Object.entries(lane.probeNetwork()).map(([key, tensor]) => [NETWORK + key, tensor] as const);
    const named = [...(method.probe ? Object.entries(lane.probe(shared.batch())) : []), ...own];
    return Object.fromEntries(
      named.map(([key, tensor]): [string, Tensor] => [key, ops.cast(tensor, 'float32')]),
    );
  });
}

/** The pictures of one lane as they are sent; none if neither its method nor its first student has any. */
export async function probe(lane: Lane, shared: Shared, executor: Executor): Promise<Probe['panels']> {
  const { method, students } = lane.options;
  if (!method.probe && !students[0]!.body.probe) return [];
  const { partsRead } = shared;
  const made = draw(lane, shared, !executor.replays);
  if (executor.replays && shared.partsRead !== partsRead) {
    // What was read for the first time is not part of the replayed step, so it is old. Next time it is fresh.
    executor.replan();
    for (const tensor of Object.values(made)) tensor.dispose();
    return [];
  }
  const panels: Probe['panels'][number][] = [];
  for (const [key, tensor] of Object.entries(made)) {
    panels.push({ key, shape: [...tensor.shape], data: await readTensor(tensor) });
    tensor.dispose();
  }
  return panels;
}
