/** What TRG shows: both graphs, whole and over the first images of the batch. */
import type { Ops, Tensor, Tensor2D, Tensor4D } from '../../engine/types';
import { context, graphOf, pick } from './graph';

/** Images in the picture. */
const SHOWN = 6;

interface Seen {
  /** Tokens `[b, n, d]` of student and teacher. */
  readonly all: readonly [Tensor, Tensor];
  /** Rows and columns of tokens in an image. */
  readonly grid: readonly [number, number];
  /** Positions in the graph, int32 `[b, q]`. */
  readonly at: Tensor;
  readonly k: number;
  readonly images: Tensor4D;
}

/** `[image, top, left, height, width]` of the tokens of the first images, `[shown q, 5]`. */
function boxes(ops: Ops, at: Tensor, [rows, columns]: Seen['grid'], shown: number): Tensor {
  const q = at.shape[1] as number;
  const place = ops.cast(ops.reshape(ops.slice(at, [0, 0], [shown, q]), [-1, 1]), 'float32');
  const row = ops.floor(ops.div(ops.add(place, 0.5), columns));
  const image = ops.floor(ops.div(ops.add(ops.expandDims(ops.range(0, shown * q, 1), 1), 0.5), q));
  const size = (share: number) => ops.add(ops.zerosLike(place), share);
  const left = ops.div(ops.sub(place, ops.mul(row, columns)), columns);
  return ops.concat([image, ops.div(row, rows), left, size(1 / rows), size(1 / columns)], 1);
}

export function pictures(ops: Ops, { all, grid, at, k, images }: Seen): Readonly<Record<string, Tensor>> {
  const [s, t] = pick(ops, at, all).map((rows) => graphOf(ops, rows, k)) as [Graph, Graph];
  const found = ops.div(ops.sum(ops.mul(s.mask, t.mask)), ops.maximum(ops.sum(t.mask), 1));
  const shown = Math.min(SHOWN, images.shape[0]);
  const tokens = boxes(ops, at, grid, shown);
  const n = tokens.shape[0] as number;
  const part = ({ edges }: Graph) => ops.slice(edges as Tensor2D, [0, 0], [n, n]);
  const first = (x: Tensor) => ops.slice(x, [0, 0, 0], [1, -1, -1]);
  const inside = all.map((x) => ops.reshape(context(ops, first(x)), [x.shape[1] as number, -1]));
  return {
    images: ops.slice(images, [0, 0, 0, 0], [shown, -1, -1, -1]),
    tokens,
    graphs: ops.stack([part(t), part(s)]),
    student: s.edges,
    teacher: t.edges,
    context: ops.concat(inside, 1),
    recall: found,
  };
}

type Graph = ReturnType<typeof graphOf>;
