/** What networks add to the loss of a lane, beside the terms of its method. */
import { ops } from '../engine/ops/index';
import type { Scalar, Tensor } from '../engine/types';
import type { Course } from './course';

/** Key of the term. */
export const NETWORK = 'network';

/** Makes the sum over all networks; undefined when none adds anything. */
export function penaltyOf(courses: readonly Course[]): (() => Scalar) | undefined {
  const penalised = courses.filter(({ penaltyLabel }) => penaltyLabel !== undefined);
  return penalised.length > 0
    ? () => ops.addN(penalised.map((course) => course.penalty())) as Scalar
    : undefined;
}

/** Gradients of a sum from those of its two parts; undefined counts as 0. */
export const addUp = (
  a: readonly (Tensor | undefined)[],
  b: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] => a.map((x, i) => (x && b[i] ? ops.add(x, b[i]) : (x ?? b[i])));
