/** The ways in which a zoo sees images. */
import type { Ops, Tensor, Tensor4D } from '../../engine/types';

/** Side of the square over which a blurred image is averaged. */
const BLUR = 5;

/** Images `[n, h, w, c]`, standardised, in each domain: as they are, inverted, blurred, grey (grey ones mirrored). */
export function inDomain(ops: Ops, images: Tensor4D, domain: number): Tensor4D {
  const channels = images.shape[3];
  if (domain === 1) return ops.neg(images);
  if (domain === 2) return ops.avgPool(images, BLUR, 1, 'same');
  if (domain === 3 && channels > 1)
    return ops.tile(ops.mean(images, -1, true), [1, 1, 1, channels]) as Tensor4D;
  if (domain === 3) return ops.reverse(images, 2);
  return images;
}

/** Blocks of two by two cells as channels: `[n, h, w, c]` to `[n, h / 2, w / 2, 4 c]`. */
export function blocks(ops: Ops, x: Tensor): Tensor {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const pairs = ops.transpose(ops.reshape(x, [(n * h) / 2, 2, w / 2, 2 * c]), [0, 2, 1, 3]);
  return ops.reshape(pairs, [n, h / 2, w / 2, 4 * c]);
}
