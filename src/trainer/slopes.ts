/** Gradients of a lane's loss: of the sum of its terms, or joined by the method from those of every term. */
import { ops } from '../engine/ops/index';
import type { Scalar, Tensor, Tensor1D, Variable } from '../engine/types';
import { gradientsOf, join, keep, takeApart } from '../engine/weights';
import { addUp, NETWORK } from './penalty';

export type Terms<T = Scalar> = Readonly<Record<string, T>>;

interface Loss {
  /** The method's terms. `first`: the pass whose values are kept; others repeat it on the same batch. */
  readonly forward: (first: boolean) => Terms;
  /** A term of the networks' own. */
  readonly penalty: (() => Scalar) | undefined;
  /** Keys of the method's terms. */
  readonly keys: readonly string[];
  /** Joins the terms' gradients, each flat over all variables; absent: their sum. */
  readonly combine: ((rows: Terms<Tensor1D>) => Tensor1D) | undefined;
}

export interface Slopes {
  readonly terms: Terms;
  readonly total: Scalar;
  /** In the order of the variables; undefined where the loss does not depend on one. */
  readonly gradients: readonly (Tensor | undefined)[];
}

/** The terms and their sum outlive the step; the caller ends them. */
export function slopesOf({ forward, penalty, keys, combine }: Loss, variables: readonly Variable[]): Slopes {
  let terms: Terms = {};
  const keepTerms = () => {
    terms = { ...forward(true), ...(penalty ? { [NETWORK]: penalty() } : {}) };
    for (const term of Object.values(terms)) keep(term);
  };
  const all = penalty ? [...keys, NETWORK] : keys;
  const sum = () => keep(ops.addN(all.map((key) => terms[key]!)) as Scalar);
  if (!combine) {
    let total: Scalar | undefined;
    const gradients = gradientsOf(() => {
      keepTerms();
      total = sum();
      return total;
    }, variables);
    return { terms, total: total!, gradients };
  }
  // The terms' gradients are needed one by one, and a tape answers for one scalar: one pass per term.
  const rows: Record<string, Tensor1D> = {};
  keys.forEach((key, i) => {
    const parts = gradientsOf(() => {
      if (i > 0) return forward(false)[key]!;
      keepTerms();
      return terms[key]!;
    }, variables);
    rows[key] = join(parts.map((g, j) => g ?? ops.zerosLike(variables[j]!)));
  });
  const gradients = takeApart(combine(rows), variables);
  return {
    terms,
    total: sum(),
    gradients: penalty ? addUp(gradients, gradientsOf(penalty, variables)) : gradients,
  };
}
