/** Which variables a result is computed from, whatever the operations: also where no gradient flows. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from './types';

interface Node {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  /** Kept for a gradient that nobody will ask for. */
  readonly saved: readonly Tensor[];
}

/** The recorder of operations that gradients are made with. */
interface Recorder {
  startTape(): void;
  endTape(): void;
  readonly state: { readonly activeTape: readonly Node[] };
}

/** Those of `variables` that `make` reads for its result. Values are told by their place, so that a cut tape links too. */
export function readBy(make: () => Tensor, variables: readonly Variable[]): ReadonlySet<Variable> {
  const recorder = tf.engine() as unknown as Recorder;
  const needed = new Set<object>();
  tf.tidy(() => {
    recorder.startTape();
    try {
      needed.add(make().dataId);
      for (const { inputs, outputs } of recorder.state.activeTape.toReversed())
        if (outputs.some(({ dataId }) => needed.has(dataId)))
          for (const { dataId } of Object.values(inputs)) needed.add(dataId);
    } finally {
      for (const { saved } of recorder.state.activeTape) for (const tensor of saved) tensor.dispose();
      recorder.endTape();
    }
  });
  return new Set(variables.filter(({ dataId }) => needed.has(dataId)));
}
