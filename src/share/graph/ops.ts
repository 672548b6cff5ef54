/** The plug-ins' operations, drawn instead of computed: each call adds a node to the graph. */
import type { Ops } from '../../engine/types';
import { type Binary, type Node, node, type Reduction, type Unary } from './graph';
import { axis, broadcast, NO_PADS, reshaped, samePads, windowed, without } from './shapes';

type Like = Node | number;

export const constant = (data: readonly number[], shape: readonly number[]): Node =>
  node({ op: 'constant', data }, [], shape);

const like = (x: Like): Node => (typeof x === 'number' ? constant([x], []) : x);

export const unary =
  (fn: Unary) =>
  (x: Like): Node =>
    node({ op: 'unary', fn }, [like(x)], like(x).shape);

export const binary =
  (fn: Binary) =>
  (a: Like, b: Like): Node => {
    const [x, y] = [like(a), like(b)];
    return node({ op: 'binary', fn }, [x, y], broadcast(x.shape, y.shape));
  };

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');

export const reduce =
  (fn: Reduction) =>
  (x: Node, over?: number | readonly number[], keep = false): Node => {
    const asked = over === undefined ? x.shape.map((_, i) => i) : [over].flat();
    const axes = asked.map((i) => axis(i, x.rank));
    return node({ op: 'reduce', fn, axes, keep }, [x], without(x.shape, axes, keep));
  };

export const mean = reduce('mean');
const sum = reduce('sum');

export function reshape(x: Node, sizes: readonly number[]): Node {
  const to = reshaped(x.shape, sizes);
  return node({ op: 'reshape', to }, [x], to);
}

export const transpose = (x: Node, order: readonly number[]): Node =>
  node(
    { op: 'transpose', order },
    [x],
    order.map((i) => x.shape[i] as number),
  );

export function matMul(a: Node, b: Node, transposeA = false, transposeB = false): Node {
  const [rows, inner] = transposeA ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
  const [inner2, columns] = transposeB ? [b.shape.at(-1), b.shape.at(-2)] : [b.shape.at(-2), b.shape.at(-1)];
  if (inner !== inner2)
    throw new Error(`${a.shape.join('x')} cannot be multiplied with ${b.shape.join('x')}.`);
  const outer = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return node(
    { op: 'matMul', transposeA, transposeB },
    [a, b],
    [...outer, rows as number, columns as number],
  );
}

/** Constants without a batch are given that of the others, so that all can stand side by side. */
function alongside(all: readonly Node[]): readonly Node[] {
  const batched = all.find(({ shape }) => shape[0] === -1);
  if (!batched) return all;
  const zero = mul(batched, 0);
  return all.map((x) => (x.shape[0] === -1 ? x : add(zero, x)));
}

export function concat(all: readonly Node[], at = 0): Node {
  const parts = alongside(all);
  const [first] = parts as [Node];
  const i = axis(at, first.rank);
  const size = parts.reduce((n, { shape }) => n + (shape[i] as number), 0);
  return node(
    { op: 'concat', axis: i },
    parts,
    first.shape.map((n, j) => (j === i ? size : n)),
  );
}

export function expandDims(x: Node, at = 0): Node {
  const i = axis(at, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, i), 1, ...x.shape.slice(i)]);
}

export function slice(x: Node, begin: readonly number[], size: readonly number[]): Node {
  const shape = x.shape.map((n, i) => {
    const [from, length] = [begin[i] ?? 0, size[i] ?? -1];
    return length >= 0 ? length : n < 0 ? n : n - from;
  });
  return node({ op: 'slice', begin, size }, [x], shape);
}

export function split(x: Node, parts: number, at = 0): Node[] {
  const i = axis(at, x.rank);
  const width = (x.shape[i] as number) / parts;
  return Array.from({ length: parts }, (_, p) =>
    slice(
      x,
      x.shape.map((_, j) => (j === i ? p * width : 0)),
      x.shape.map((_, j) => (j === i ? width : -1)),
    ),
  );
}

const squeeze = (x: Node, axes?: readonly number[]): Node => {
  const gone = axes?.map((i) => axis(i, x.rank)) ?? x.shape.flatMap((n, i) => (n === 1 ? [i] : []));
  return reshape(x, without(x.shape, gone, false));
};

export const softmax = (x: Node, temperature = 1): Node =>
  node({ op: 'softmax' }, [temperature === 1 ? x : div(x, temperature)], x.shape);

const logSumExp = (x: Node): Node => {
  const top = reduce('max')(x, -1, true);
  return add(squeeze(top, [-1]), unary('log')(sum(unary('exp')(sub(x, top)), -1)));
};

/** A convolution of `[b, h, w, c]` with a filter `[kh, kw, in, out]`. */
export function conv(x: Node, filter: Node, stride: number, padding: 'same' | 'valid'): Node {
  const [kh = 1, kw = 1, , out = 1] = filter.shape;
  const size = x.shape.slice(1, 3);
  const pads = padding === 'same' ? samePads(size, [kh, kw], stride) : NO_PADS;
  const [b = -1] = x.shape;
  const shape = [b, ...windowed(size, [kh, kw], stride, pads), out];
  return node({ op: 'conv', stride, padding, pads }, [x, filter], shape);
}

const pool2 =
  (fn: 'average' | 'max') =>
  (x: Node): Node => {
    const [b = -1, h = 1, w = 1, c = 1] = x.shape;
    const pads = samePads([h, w], [2, 2], 2);
    return node({ op: 'pool', fn, pads }, [x], [b, ...windowed([h, w], [2, 2], 2, pads), c]);
  };

/** Row i averages the cells from floor(i size / out) up to ceil((i + 1) size / out). */
function averaging(size: number, out: number): Node {
  const weights = new Array<number>(out * size).fill(0);
  for (let i = 0; i < out; i++) {
    const from = Math.floor((i * size) / out);
    const to = Math.ceil(((i + 1) * size) / out);
    weights.fill(1 / (to - from), i * size + from, i * size + to);
  }
  return constant(weights, [1, out, size]);
}

function poolTo(x: Node, height: number, width: number): Node {
  const [b = -1, h = 1, w = 1, c = 1] = x.shape;
  let y = x;
  if (h !== height) y = matMul(averaging(h, height), reshape(y, [b, h, w * c]));
  if (w !== width) y = matMul(averaging(w, width), reshape(y, [-1, w, c]));
  return reshape(y, [b, height, width, c]);
}

function toMap(x: Node): Node {
  if (x.rank === 4) return x;
  const [b = -1] = x.shape;
  const tokens = x.rank === 3 ? (x.shape[1] as number) : 1;
  const side = Math.round(Math.sqrt(tokens));
  const [h, w] = side * side === tokens ? [side, side] : [1, tokens];
  return reshape(x, [b, h, w, x.shape.at(-1) as number]);
}

/** Rows of length 1, as the engine has them. */
function l2Normalize(x: Node, epsilon = 1e-12): Node {
  const squares = binary('maximum')(sum(unary('square')(x), -1, true), epsilon * epsilon);
  return div(x, binary('maximum')(unary('sqrt')(squares), epsilon));
}

export const gelu = (x: Node): Node => mul(x, mul(0.5, add(1, unary('erf')(mul(x, Math.SQRT1_2)))));

const DRAWN = {
  abs: unary('abs'),
  add,
  addN: (all: readonly Node[]) => all.reduce((a, b) => add(a, b)),
  // Only ever as `oneHot(argMax(x), n)`: which of each row is largest.
  argMax: (x: Node) => node({ op: 'largest' }, [x], x.shape),
  avgPool2: pool2('average'),
  batchMatMul: matMul,
  clip: (x: Node, min: number, max: number) => node({ op: 'clip', min, max }, [x], x.shape),
  concat,
  conv2d: (x: Node, filter: Node, stride: number, padding: 'same' | 'valid') =>
    conv(x, filter, stride, padding),
  div,
  erf: unary('erf'),
  exp: unary('exp'),
  expandDims,
  flatten: (x: Node) => reshape(x, [-1, -1]),
  gelu,
  globalAveragePool: (x: Node) => mean(x, x.rank === 4 ? [1, 2] : 1),
  l2Normalize,
  log: unary('log'),
  logSumExp,
  matMul,
  max: reduce('max'),
  maxPool2: pool2('max'),
  maximum: binary('maximum'),
  mean,
  minimum: binary('minimum'),
  mul,
  neg: unary('neg'),
  oneHot: (largest: Node) => largest,
  ones: (shape: readonly number[]) => {
    const sizes = shape.map((n) => Math.abs(n));
    return constant(new Array(sizes.reduce((a, b) => a * b, 1)).fill(1), sizes);
  },
  pad: (x: Node, around: readonly (readonly [number, number])[]) =>
    node(
      { op: 'pad', around },
      [x],
      x.shape.map((n, i) => (n < 0 ? n : n + (around[i]?.[0] ?? 0) + (around[i]?.[1] ?? 0))),
    ),
  poolTo,
  relu: unary('relu'),
  reshape,
  rsqrt: unary('rsqrt'),
  scalar: (x: number) => constant([x], []),
  sigmoid: unary('sigmoid'),
  silu: (x: Node) => mul(x, unary('sigmoid')(x)),
  slice,
  softmax,
  split,
  sqrt: unary('sqrt'),
  square: unary('square'),
  squeeze,
  stack: (all: readonly Node[], at = 0) => {
    const parts = alongside(all);
    return concat(
      parts.map((x) => expandDims(x, at)),
      axis(at, (parts[0] as Node).rank + 1),
    );
  },
  stopGradient: (x: Node) => x,
  sub,
  sum,
  tanh: unary('tanh'),
  tensor1d: (values: ArrayLike<number>) => constant(Array.from(values), [values.length]),
  tensor2d: (values: ArrayLike<number>, shape: readonly number[]) => constant(Array.from(values), shape),
  toMap,
  transpose,
} as const;

/** As plug-ins see it. Throws a sentence when they ask for what no exporter can write. */
export const drawnOps = new Proxy(DRAWN, {
  get(drawn, name) {
    const found = Reflect.get(drawn, name);
    if (found) return found;
    throw new Error(`It computes with '${String(name)}', which these formats are not written for.`);
  },
}) as unknown as Ops;
