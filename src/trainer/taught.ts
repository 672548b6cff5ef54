/** What a lane reads of the frozen teacher of its run. */
import type { NetOutput } from '../engine/types';
import type { Batch } from '../methods/kit';
import type { LaneOptions, SharedBatch } from './contract';
import { lazyOutput, once } from './outputs';

/** The same answer, whose logits cannot be read. */
function withoutLogits(answer: NetOutput, method: string): NetOutput {
  const rest = lazyOutput(() => answer);
  return Object.defineProperty(rest, 'logits', {
    enumerable: true,
    get(): never {
      throw new Error(`${method} reads answers of a teacher that knows other classes.`);
    },
  });
}

/** A frozen teacher's answer to `batch`; undefined when the lane trains its own or the method needs none. */
export function frozenAnswer(
  { method, frozenTeacher, otherClasses }: LaneOptions,
  shared: SharedBatch,
  batch: Batch,
): NetOutput | undefined {
  if ((method.roles?.teacher ?? 'frozen') !== 'frozen') return undefined;
  const asked = (): NetOutput | undefined => {
    // What is not changed has been answered already, or will be once for all lanes.
    if (batch.images === shared.images) return shared.teacher;
    if (!frozenTeacher) return undefined;
    return lazyOutput(once(() => frozenTeacher.forward(batch.images, false)));
  };
  const answer = asked();
  return answer && otherClasses ? withoutLogits(answer, method.name) : answer;
}
