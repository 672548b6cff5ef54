/** Which direction of the disagreement counts more, sample by sample. */
import type { Ops, Tensor } from '../../engine/types';

export type Gate = 'hard' | 'soft' | 'equal' | 'flip';

interface Weights {
  readonly forward: Tensor;
  readonly reverse: Tensor;
}

/** Weights of both divergences per sample, `[n]`, from the entropies of student and teacher. No gradient. */
export function gateWeights(
  ops: Ops,
  gate: Gate,
  entropies: { readonly student: Tensor; readonly teacher: Tensor },
  params: { readonly delta: number; readonly kappa: number; readonly classes: number },
): Weights {
  const gap = ops.stopGradient(ops.sub(entropies.teacher, entropies.student));
  const extra = params.delta - 1;
  // Share of the extra weight that the forward divergence gets: all of it where the student is the sharper one.
  const share = {
    hard: () => ops.cast(ops.greater(gap, 0), 'float32'),
    flip: () => ops.cast(ops.lessEqual(gap, 0), 'float32'),
    soft: () => ops.sigmoid(ops.mul(gap, params.kappa / Math.log(params.classes))),
    equal: () => ops.add(ops.zerosLike(gap), 0.5),
  }[gate]();
  return {
    forward: ops.add(1, ops.mul(extra, share)),
    reverse: ops.add(1, ops.mul(extra, ops.sub(1, share))),
  };
}
