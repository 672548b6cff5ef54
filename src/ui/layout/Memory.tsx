import { bytes } from '../../core/format';
import { isActive, useRun } from '../../state/run';
import { edit } from '../../state/setup';
import type { SmallerSetup } from '../../worker/protocol';
import { Button } from '../kit';
import { Banner } from './Banner';

/** What a run of the set-up would take, for the quiet end of the run bar. */
export function MemoryNote() {
  const memory = useRun((run) => run.memory);
  if (!memory) return null;
  const { networks, images, step, evaluation } = memory.parts;
  const parts = `Networks and optimisers ${bytes(networks)}, images ${bytes(images)}, a training step ${bytes(step)}, measuring ${bytes(evaluation)}`;
  return <span title={parts}> · about {bytes(memory.bytes)} of GPU memory</span>;
}

function use({ batchSize, size }: SmallerSetup): void {
  edit((config) => ({
    ...config,
    training: { ...config.training, batchSize: batchSize ?? config.training.batchSize },
    data: { ...config.data, size: size ?? config.data.size },
  }));
}

/** Says before a start that it would not fit, and what helps. */
export function MemoryTrouble() {
  const problem = useRun((run) => run.memory?.problem);
  const active = useRun((run) => isActive(run.status));
  if (!problem || active) return null;
  const { refuses, message, fits } = problem;
  return (
    <Banner
      tone={refuses ? 'bad' : 'warn'}
      actions={
        fits && (
          <Button size="small" onClick={() => use(fits)}>
            Use that
          </Button>
        )
      }
    >
      {message}
    </Banner>
  );
}
