/** The two views in which maps are compared: as they are, and without their mean. */
import type { Ops, Scalar, Tensor } from '../../engine/types';

/** Shorter vectors have no direction in float32. */
const SHORTEST = 1e-6;

/** Every token at length 1, in the view without the mean over tokens or as it is. */
export const unit = (ops: Ops, x: Tensor, removeMean: boolean): Tensor =>
  ops.l2Normalize(removeMean ? ops.sub(x, ops.mean(x, 1, true)) : x, SHORTEST);

/**
 * Squared distance of unit tokens, summed over tokens and channels, mean over images: equations 4 to 6. Removing the
 * mean is what the released cosine transform, zeroing of its first coefficient and transform back amount to.
 */
export function distance(ops: Ops, made: Tensor, wanted: Tensor, removeMean: boolean): Scalar {
  const parts = [made, wanted].map((x) => unit(ops, x, removeMean)) as [Tensor, Tensor];
  return ops.div(ops.sum(ops.squaredDifference(...parts)), made.shape[0] as number);
}
