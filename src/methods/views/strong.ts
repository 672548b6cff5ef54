/** A second view of a batch: every image strongly changed. */
import type { Ops, Random, Tensor, Tensor4D } from '../../engine/types';

/** Bounds of the strong view, in standard deviations of the pixels where they are lengths. */
const CONTRAST = [0.5, 1.5] as const;
const BRIGHTNESS = 0.5;
const NOISE = 0.3;
/** Side of the hole as a share of the image's. */
const HOLE = 0.4;

/** 1 outside a window of each image, 0 inside, along one axis: `[b, size]`. */
function outside(ops: Ops, centre: Tensor, size: number): Tensor {
  const cells = ops.expandDims(ops.range(0, size, 1), 0);
  const away = ops.abs(ops.sub(cells, ops.mul(centre, size - 1)));
  return ops.cast(ops.greater(away, (HOLE * size) / 2), 'float32');
}

/** Every image with its own contrast and brightness, noise and a square hole; `[b, h, w, c]`. */
export function strongView(ops: Ops, random: Random, images: Tensor4D): Tensor4D {
  const [b, h, w, c] = images.shape;
  const [low, high] = CONTRAST;
  const draw = (name: string, from: number, to: number) =>
    ops.add(ops.mul(random.uniform(name, [b, 1, 1, 1]), to - from), from);
  const lit = ops.add(
    ops.mul(images, draw('contrast', low, high)),
    draw('brightness', -BRIGHTNESS, BRIGHTNESS),
  );
  const noisy = ops.add(lit, ops.mul(random.normal('noise', [b, h, w, c]), NOISE));
  const at = ops.split(random.uniform('hole', [b, 2]), 2, 1) as [Tensor, Tensor];
  const rows = ops.reshape(outside(ops, at[0], h), [b, h, 1, 1]);
  const columns = ops.reshape(outside(ops, at[1], w), [b, 1, w, 1]);
  return ops.mul(noisy, ops.maximum(rows, columns)) as Tensor4D;
}
