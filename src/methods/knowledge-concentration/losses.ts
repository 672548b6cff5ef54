/** Sigmoid cross-entropy over verticals, scales of their pace, and the specialists' lessons. */
import type { Ops, Scalar, Tensor, Tensor1D } from '../../engine/types';
import { type Layout, startsOf } from './layout';

type Sizes = Pick<Layout, 'sizes'>;

/** The outputs of each vertical, `[b, N_v]`. */
export const parted = (ops: Ops, x: Tensor, layout: Sizes): Tensor[] => {
  const starts = startsOf(layout);
  return layout.sizes.map((size, v) => ops.slice(x, [0, starts[v] as number], [-1, size]));
};

/** Of every output the cross-entropy with its own yes or no, `[b, N]`. */
export const cells = (ops: Ops, x: Tensor, z: Tensor): Tensor =>
  ops.add(ops.sub(ops.relu(x), ops.mul(x, z)), ops.softplus(ops.neg(ops.abs(x))));

/** Sum over outputs, mean over the batch. */
export const sigmoidLoss = (ops: Ops, x: Tensor, z: Tensor): Scalar =>
  ops.div(ops.sum(cells(ops, x, z)), x.shape[0] as number) as Scalar;

/** Under the root of a norm. */
const EPSILON = 1e-12;

/** Euclidean norm of each row, `[b, 1]`. */
const lengthOf = (ops: Ops, x: Tensor): Tensor =>
  ops.sqrt(ops.add(ops.sum(ops.square(x), -1, true), EPSILON));

/**
 * Logits at the pace of their vertical: over the norm of its logits (scope 'vertical') or of all, times a scale.
 * @param scales of each vertical, or of each output where there are so many.
 */
export function paced(
  ops: Ops,
  x: Tensor,
  scales: Tensor1D | readonly number[],
  layout: Sizes,
  scope: 'vertical' | 'all',
): Tensor {
  const starts = startsOf(layout);
  const scaleOf = (v: number): Tensor | number => {
    if (!('shape' in scales)) return scales[v] as number;
    return scales.shape[0] === layout.sizes.length
      ? ops.slice(scales, [v], [1])
      : ops.slice(scales, [starts[v] as number], [layout.sizes[v] as number]);
  };
  const parts = parted(ops, x, layout).map((own, v) =>
    ops.mul(ops.div(own, lengthOf(ops, scope === 'all' ? x : own)), scaleOf(v)),
  );
  return ops.concat(parts, 1);
}

/** `[b, N]` from one number for each vertical, `[b, M]`. */
export const spread = (ops: Ops, each: Tensor, { sizes }: Sizes): Tensor =>
  ops.concat(
    sizes.map((size, v) => ops.tile(ops.slice(each, [0, v], [-1, 1]), [1, size])),
    1,
  );

/** Kept probabilities of each row's own vertical, `[b, widest]`, put where they belong; exactly 0 elsewhere. `[b, N]`. */
export const placed = (ops: Ops, kept: Tensor, mask: Tensor, { sizes }: Sizes): Tensor =>
  ops.concat(
    sizes.map((size, v) => ops.mul(ops.slice(kept, [0, 0], [-1, size]), ops.slice(mask, [0, v], [-1, 1]))),
    1,
  );

/** The loss of the student inside the vertical of each image and outside of it. */
export function insideAndOut(ops: Ops, y: Tensor, z: Tensor, mask: Tensor, layout: Sizes): [Scalar, Scalar] {
  const each = cells(ops, y, z);
  const inside = ops.mul(each, spread(ops, mask, layout));
  const mean = (x: Tensor) => ops.div(ops.sum(x), x.shape[0] as number) as Scalar;
  return [mean(inside), mean(ops.sub(each, inside))];
}

/**
 * Places in the batch of `rows` images of one vertical, int32; where it has fewer they come again, and count 0. What
 * counts is a mean over images.
 * @param mask 1 for images of the vertical, `[b]`.
 */
export function lessonOf(ops: Ops, mask: Tensor1D, rows: number): { index: Tensor1D; counts: Tensor1D } {
  const found = ops.maximum(ops.sum(mask), 1);
  const turn = ops.cast(ops.range(0, rows), 'float32');
  const wanted = ops.sub(turn, ops.mul(found, ops.floor(ops.div(turn, found))));
  const place = ops.sub(ops.cumsum(mask), 1);
  const hits = ops.cast(ops.equal(ops.expandDims(wanted, 1), ops.expandDims(place, 0)), 'float32');
  const index = ops.cast(ops.argMax(ops.mul(hits, ops.expandDims(mask, 0))), 'int32') as Tensor1D;
  const own = ops.cast(ops.less(turn, ops.sum(mask)), 'float32');
  return { index, counts: ops.div(own, ops.maximum(ops.sum(own), 1)) as Tensor1D };
}

/** A specialist's loss on the images of its lesson. `x`, `z`: `[rows, N_v]`. */
export const lessonLoss = (ops: Ops, x: Tensor, z: Tensor, counts: Tensor1D): Scalar =>
  ops.sum(ops.mul(ops.sum(cells(ops, x, z), -1), counts)) as Scalar;
