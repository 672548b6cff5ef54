/** Exact quarter turns of a batch of images. */
import type { Ops, Tensor, Tensor2D, Tensor4D } from '../../engine/types';

/** `r` quarter turns counter-clockwise of `[b, h, w, c]`; exact, without interpolation. */
export function quarterTurns(ops: Ops, x: Tensor4D, r: number): Tensor4D {
  if (r === 0) return x;
  if (r === 2) return ops.reverse(x, [1, 2]);
  return ops.reverse(ops.transpose(x, [0, 2, 1, 3]), [r === 1 ? 1 : 2]);
}

/** The quarter turns of an image, counter-clockwise. */
const QUARTERS = [0, 1, 2, 3] as const;

/** Every row several times in a row: `[b, ...]` to `[times b, ...]`. */
export const repeated = <T extends Tensor>(ops: Ops, x: T, times: number): T =>
  ops.reshape(ops.stack(Array<T>(times).fill(x), 1), [-1, ...x.shape.slice(1)]) as unknown as T;

/** Every row four times in a row: `[b, ...]` to `[4 b, ...]`. */
export const repeat4 = <T extends Tensor>(ops: Ops, x: T): T => repeated(ops, x, QUARTERS.length);

/** All four turns of every image, or those that are asked for, next to each other: square `[b, ...]` to `[4 b, ...]`. */
export function allTurns(ops: Ops, x: Tensor4D, turns: readonly number[] = QUARTERS): Tensor4D {
  const turned = turns.map((r) => quarterTurns(ops, x, r));
  const rows: Tensor = ops.reshape(ops.stack(turned, 1), [-1, ...x.shape.slice(1)]);
  return rows as Tensor4D;
}

/** One-hot place of each row's turn in a batch made by `allTurns` with so many turns, `[turns b, turns]`. */
export function turnLabels(ops: Ops, rows: Tensor, turns: number = QUARTERS.length): Tensor2D {
  const places = Array.from({ length: turns }, (_, i) => i);
  const order = ops.tile(ops.tensor1d(places, 'int32'), [(rows.shape[0] as number) / turns]);
  return ops.oneHot(order, turns);
}
