/** Exact quarter turns of a batch of images. */
import type { Ops, Tensor, Tensor2D, Tensor4D } from '../../engine/types';

/** `r` quarter turns counter-clockwise of `[b, h, w, c]`; exact, without interpolation. */
export function quarterTurns(ops: Ops, x: Tensor4D, r: number): Tensor4D {
  if (r === 0) return x;
  if (r === 2) return ops.reverse(x, [1, 2]);
  return ops.reverse(ops.transpose(x, [0, 2, 1, 3]), [r === 1 ? 1 : 2]);
}

/** Every row four times in a row: `[b, ...]` to `[4 b, ...]`. */
export const repeat4 = <T extends Tensor>(ops: Ops, x: T): T =>
  ops.reshape(ops.stack([x, x, x, x], 1), [-1, ...x.shape.slice(1)]) as unknown as T;

/** All four turns of every image, next to each other: `[b, h, w, c]` square to `[4 b, h, w, c]`. */
export function allTurns(ops: Ops, x: Tensor4D): Tensor4D {
  const turned = [0, 1, 2, 3].map((r) => quarterTurns(ops, x, r));
  const rows: Tensor = ops.reshape(ops.stack(turned, 1), [-1, ...x.shape.slice(1)]);
  return rows as Tensor4D;
}

/** One-hot turn of each row of a batch made by `allTurns`, `[4 b, 4]`. */
export function turnLabels(ops: Ops, rows: Tensor): Tensor2D {
  const order = ops.tile(ops.tensor1d([0, 1, 2, 3], 'int32'), [(rows.shape[0] as number) / 4]);
  return ops.oneHot(order, 4);
}
