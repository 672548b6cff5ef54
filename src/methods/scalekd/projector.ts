/** What turns a student map into tokens on the teacher's grid: attention by queries, or one plain convolution. */
import type { Build, Ops, Shape, Tensor, Tensor4D } from '../../engine/types';

export interface Projected {
  /** `[b, n, c]`, one token per cell of the wanted grid. */
  readonly tokens: Tensor;
  /** Where each token was read from, `[b, heads, n, h w]`; only of projectors that attend. */
  readonly attention?: Tensor;
}

/** @param query `[b, n, c]` in place of the learned table. @param scale multiplies the attention scores. */
export type Projector = (ops: Ops, map: Tensor4D, scale: number, query?: Tensor) => Projected;

/** The largest number of heads that divides a width, at most `wanted`. */
export function headsOf(width: number, wanted: number): number {
  let heads = Math.min(wanted, width);
  while (width % heads) heads--;
  return heads;
}

/** `[b, n, heads d]` to `[b, heads, n, d]`. */
function apart(ops: Ops, x: Tensor, heads: number): Tensor {
  const [b = 1, n = 1, width = 1] = x.shape;
  return ops.transpose(ops.reshape(x, [b, n, heads, width / heads]), [0, 2, 1, 3]);
}

/**
 * Cross-attention projector (Fan et al. 2024, section 3.1, with the details of the released code): map
 * `[h, w, s]` to tokens on the grid `[rows, columns, c]`. No residual around the attention.
 * @param learned with a table of queries of its own; without one, every call brings its queries.
 */
export function attending(
  build: Build,
  name: string,
  from: Shape,
  to: Shape,
  options: { readonly heads: number; readonly learned: boolean },
): Projector {
  const [h = 1, w = 1, s = 1] = from;
  const [rows = 1, columns = 1, c = 1] = to;
  const [cells, n, heads] = [[h * w, s], [rows * columns, c], options.heads];
  const conv = build.conv(`${name}/conv`, from, s, { bias: true });
  const norm = build.batchNorm(`${name}/norm`, conv.out, { relu: true });
  const positions = build.weight(`${name}/positions`, from, { normal: 0.02 });
  const table = options.learned ? build.weight(`${name}/queries`, n, { normal: 1 }) : undefined;
  const prepare = build.dense(`${name}/prepare`, n, c, { activation: 'relu' });
  const [q, out] = [build.dense(`${name}/q`, n, c), build.dense(`${name}/out`, n, c)];
  const [k, v] = [build.dense(`${name}/k`, cells, c), build.dense(`${name}/v`, cells, c)];
  const after = build.layerNorm(`${name}/after`, n);
  const up = build.dense(`${name}/up`, n, 4 * c, { activation: 'relu' });
  const down = build.dense(`${name}/down`, up.out, c);
  build.count(2 * rows * columns * h * w * c);
  return (ops, map, scale, query) => {
    const b = map.shape[0];
    const seen = ops.reshape(ops.add(norm(conv(map)), positions), [b, h * w, s]);
    // The same queries for every image: their layers run once.
    const asked = query
      ? q(prepare(query))
      : ops.tile(q(prepare(ops.expandDims(table as Tensor))), [b, 1, 1]);
    const scores = ops.batchMatMul(apart(ops, asked, heads), apart(ops, k(seen), heads), false, true);
    const attention = ops.softmax(scores, Math.sqrt(c / heads) / scale);
    const mixed = ops.batchMatMul(attention, apart(ops, v(seen), heads));
    const normed = after(out(ops.reshape(ops.transpose(mixed, [0, 2, 1, 3]), [b, -1, c])));
    return { tokens: ops.add(normed, down(up(normed))), attention };
  };
}

/** The baseline of the paper's ablation: a 1x1 convolution, averaged or repeated onto the wanted grid. */
export function convolving(build: Build, name: string, from: Shape, to: Shape): Projector {
  const [rows = 1, columns = 1, c = 1] = to;
  const conv = build.conv(name, from, c, { kernel: 1, bias: true });
  return (ops, map) => {
    const laid = ops.poolTo(conv(map) as Tensor4D, rows, columns);
    return { tokens: ops.reshape(laid, [map.shape[0], -1, c]) };
  };
}
