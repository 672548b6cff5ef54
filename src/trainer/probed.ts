/** A step as `probe` sees it: with the gradients of its terms and the weights of its student. */
import { ops } from '../engine/ops/index';
import type { Scalar, Variable } from '../engine/types';
import { gradientsOf, join } from '../engine/weights';
import type { Probed } from '../methods/kit';
import type { LaneOptions } from './contract';
import type { AnyStep } from './step';

/** The weights of the first student that its embedding depends on: all but those of its head. */
function belowEmbedding({ students }: LaneOptions, again: () => AnyStep): Variable[] {
  const weights = [...students[0]!.build.weights.values()];
  const slopes = gradientsOf(() => ops.sum(again().student.embedding) as Scalar, weights);
  return weights.filter((_, i) => slopes[i]);
}

/** @param again makes the step anew, without moving any statistics. */
export function probedStep(
  { options }: { readonly options: LaneOptions },
  again: () => AnyStep,
): Probed<AnyStep['params'], unknown, unknown> {
  let shared: Variable[] | undefined;
  const gradientOf = (terms: readonly string[]) => {
    shared ??= belowEmbedding(options, again);
    const weights = shared;
    const loss = () => {
      const made = options.method.losses(again());
      return ops.addN(terms.map((term) => made[term]!)) as Scalar;
    };
    const slopes = gradientsOf(loss, weights);
    return join(slopes.map((slope, i) => slope ?? ops.zerosLike(weights[i]!)));
  };
  const weights = Object.fromEntries(options.students[0]!.build.weights);
  return Object.defineProperties(again(), {
    gradientOf: { value: gradientOf },
    weights: { value: weights },
  }) as Probed<AnyStep['params'], unknown, unknown>;
}
