/** The controller of TGeo-KD in a step: what it says, and whether it is told anything. */
import type { Ops, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { type Answers, control, type Features, type Layers, type Memory, shareOf, stateOf } from './mix';

interface Moment extends Answers {
  readonly ops: Ops;
  readonly params: { readonly features: Features; readonly limit: number };
  readonly extras: { readonly layers: Layers };
  readonly memory: Pick<Memory, 'means'>;
  readonly labels: Tensor1D;
}

/** Share of the teacher per row of a step, `[n]`. */
export function mixIn(step: Moment): Tensor1D {
  const { ops, params, extras, memory, labels } = step;
  const { features, limit } = params;
  const state = stateOf(ops, step, features === 'all' ? memory.means.read(labels) : features);
  return shareOf(ops, control(ops, extras.layers, state), limit);
}

/** 1 in the first and then in every `period`-th step, else 0; counts on. */
export function due(ops: Ops, { steps }: Pick<Memory, 'steps'>, period: number): Tensor {
  if (period === 1) return ops.scalar(1);
  const first = ops.range(0, 1, 1, 'int32');
  const taken = steps.read(first);
  steps.write(first, ops.add(taken, 1) as Tensor2D);
  const rounds = ops.floor(ops.div(ops.add(taken, 0.5), period));
  return ops.cast(ops.equal(ops.sub(taken, ops.mul(rounds, period)), 0), 'float32');
}
