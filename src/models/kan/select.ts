/**
 * KAN layers whose input nodes choose among families of curves, after arXiv 2408.08338:
 * y_o = sum_i SiLU(x_i) W_io + sum_i sum_m s_im phi^m_io(x_i), with s_i = softmax(a_i / temperature).
 * The published text of the selection was not at hand; this form is rebuilt from summaries of it.
 */
import type { Build, Ops, Shape, Tensor, Tensor2D, Tensor4D } from '../../engine/types';
import { type Basis, bspline, cheby, rbf, SIZE, wavelet } from './bases';

export const FAMILIES = {
  bspline: 'B-splines',
  rbf: 'Gaussian bumps',
  cheby: 'Chebyshev polynomials',
  wavelet: 'Wavelets',
} as const;

export type Family = keyof typeof FAMILIES;
export const POOL = Object.keys(FAMILIES) as readonly Family[];

export const DRAW: Readonly<Record<Family, { readonly size: number; readonly basis: Basis }>> = {
  bspline: { size: SIZE.bspline, basis: (ops, x) => bspline(ops, ops.tanh(x)) },
  rbf: { size: SIZE.rbf, basis: rbf },
  cheby: { size: SIZE.polynomial, basis: (ops, x) => cheby(ops, ops.tanh(x)) },
  wavelet: { size: 3, basis: wavelet },
};

export interface Selection {
  readonly pool: readonly Family[];
  /** A scalar where it changes while the network trains. */
  readonly temperature: number | Tensor;
  /** Each node uses only its largest family; the gradient is that of the softmax (straight-through). */
  readonly hard: boolean;
  /** 1 once each node is pruned to the family in its layer's state, 0 before; absent where nothing is pruned. */
  readonly pruned?: Tensor;
  /** Told of every layer that selects. */
  readonly layers?: SelectingLayer[];
}

/** What schedules and pictures need to know of a layer. Node `place * channels + channel` is an input of its window. */
export interface SelectingLayer {
  readonly name: string;
  readonly nodes: number;
  readonly channels: number;
  readonly outputs: number;
  readonly pool: readonly Family[];
  /** `[nodes, families]` */
  readonly logits: Tensor;
  /** Shares in use, `[nodes, families]`. */
  shares(): Tensor;
  /** Coefficients in use, `[places, functions, channels, outputs]`, the SiLU branch last. */
  weights(): Tensor;
}

/** Values of all functions of a pool and of the SiLU branch: `[rows, inputs]` to `[rows, functions, inputs]`. */
export function drawAll(ops: Ops, pool: readonly Family[], x: Tensor): Tensor {
  const drawn = pool.map((family) => DRAW[family].basis(ops, x));
  return ops.concat([...drawn, ops.expandDims(ops.silu(x), 1)], 1);
}

/** The family each node prefers, int32 `[nodes]`, from logits `[nodes, families]`. */
export const chosen = (ops: Ops, logits: Tensor): Tensor => ops.argMax(logits);

/**
 * Shares of the families at each node, `[nodes, families]`; rows sum to 1.
 * @param kept what is left of each node once it is pruned, `[nodes, families]`.
 */
export function shares(
  ops: Ops,
  logits: Tensor,
  { temperature, hard, pool, pruned }: Selection,
  kept?: Tensor,
): Tensor {
  const soft = ops.softmax(ops.div(logits, temperature));
  if (pruned && kept) return ops.add(ops.mul(soft, ops.sub(1, pruned)), ops.mul(kept, pruned));
  if (!hard) return soft;
  const picked = ops.oneHot(chosen(ops, logits) as Parameters<Ops['oneHot']>[0], pool.length);
  return ops.add(picked, ops.sub(soft, ops.stopGradient(soft)));
}

/**
 * The trained part of a selecting layer over `places` positions of a window (1 when fully connected) and
 * `channels` inputs at each. A pool of one family has nothing to choose and no logits.
 */
function selecting(
  build: Build,
  ops: Ops,
  name: string,
  [places, channels, outputs]: readonly [number, number, number],
  selection: Selection,
) {
  const { pool } = selection;
  const nodes = places * channels;
  const total = pool.reduce((n, family) => n + DRAW[family].size, 0);
  const logits = pool.length > 1 ? build.weight(`${name}/select`, [nodes, pool.length], 'zeros') : undefined;
  const deviation = Math.sqrt(1 / (nodes * total));
  const coefs = pool.map((family) =>
    build.weight(`${name}/${family}`, [places, DRAW[family].size, channels, outputs], { normal: deviation }),
  );
  const base = build.weight(`${name}/base`, [places, 1, channels, outputs], {
    uniform: 1 / Math.sqrt(nodes),
  });
  const kept = logits && selection.pruned ? build.state(`${name}/kept`, [nodes, pool.length], 0) : undefined;
  const shared = (a: Tensor) => shares(ops, a, selection, kept);
  /** The curves' coefficients times their shares, then the SiLU branch: `[places, functions, channels, outputs]`. */
  const weights = (): Tensor => {
    if (!logits) return ops.concat([...coefs, base], 1);
    const parts = ops.split(shared(logits), pool.length, 1);
    const scaled = coefs.map((coef, m) =>
      ops.mul(coef, ops.reshape(parts[m] as Tensor, [places, 1, channels, 1])),
    );
    return ops.concat([...scaled, base], 1);
  };
  if (logits)
    selection.layers?.push({
      ...{ name, nodes, channels, outputs, pool, logits, weights },
      shares: () => shared(logits),
    });
  return {
    functions: total + 1,
    weights,
    /** `[rows, channels]` to `[rows, functions * channels]`, in the order of `weights`. */
    features: (x: Tensor): Tensor2D =>
      ops.reshape(drawAll(ops, pool, x), [-1, (total + 1) * channels]) as Tensor2D,
  };
}

/** Fully connected: `[rows, inputs]` to `[rows, outputs]`. */
export function selectDense(
  build: Build,
  ops: Ops,
  name: string,
  inputs: number,
  outputs: number,
  selection: Selection,
) {
  const { functions, weights, features } = selecting(build, ops, name, [1, inputs, outputs], selection);
  build.count(functions * inputs * outputs);
  return (x: Tensor): Tensor =>
    ops.matMul(features(x), ops.reshape(weights(), [functions * inputs, outputs]));
}

export interface Window {
  readonly kernel: number;
  readonly stride: number;
  /** Zeros around the image, on every side. */
  readonly pad: number;
}

/**
 * Convolutional: the fully connected layer on every window, a node being one entry (dy, dx, channel) of it. The
 * bases do not depend on the entry, so they are computed once per pixel and convolved, instead of unfolding.
 */
export function selectConv(
  build: Build,
  ops: Ops,
  name: string,
  [h = 1, w = 1, c = 1]: Shape,
  outputs: number,
  selection: Selection,
  { kernel, stride, pad }: Window = { kernel: 3, stride: 2, pad: 1 },
) {
  const plan = selecting(build, ops, name, [kernel * kernel, c, outputs], selection);
  const depth = plan.functions * c;
  const size = (n: number) => Math.floor((n + 2 * pad - kernel) / stride) + 1;
  const out = [size(h), size(w), outputs];
  build.count(size(h) * size(w) * kernel * kernel * depth * outputs);
  const run = (x: Tensor): Tensor => {
    const padded = pad
      ? ops.pad(x, [
          [0, 0],
          [pad, pad],
          [pad, pad],
          [0, 0],
        ])
      : x;
    const [b = 1, height = 1, width = 1] = padded.shape;
    const maps = ops.reshape(plan.features(ops.reshape(padded, [-1, c])), [b, height, width, depth]);
    const filter = ops.reshape(plan.weights(), [kernel, kernel, depth, outputs]) as Tensor4D;
    return ops.conv2d(maps as Tensor4D, filter, stride, 'valid');
  };
  return Object.assign(run, { out });
}
