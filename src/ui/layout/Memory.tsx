import { bytes } from '../../core/format';
import { isActive, useRun } from '../../state/run';
import { Banner } from './Banner';

/** What a run of the set-up would take, for the quiet end of the run bar. */
export function MemoryNote() {
  const memory = useRun((run) => run.memory);
  if (!memory) return null;
  const { networks, images, step, evaluation } = memory.parts;
  const parts = `Networks and optimisers ${bytes(networks)}, images ${bytes(images)}, a training step ${bytes(step)}, measuring ${bytes(evaluation)}`;
  return <span title={parts}> · about {bytes(memory.bytes)} of GPU memory</span>;
}

/** Says before a start that it would not fit, and what helps. */
export function MemoryTrouble() {
  const problem = useRun((run) => run.memory?.problem);
  const active = useRun((run) => isActive(run.status));
  if (!problem || active) return null;
  return <Banner tone={problem.refuses ? 'bad' : 'warn'}>{problem.message}</Banner>;
}
