/**
 * Fully connected KAN layers of one family each, `[rows, inputs]` to `[rows, outputs]`, as in the code released
 * by the authors of arXiv 2408.08338 (KANConv2d): every edge adds a learned curve of its input.
 */
import type { Build, Ops, Tensor } from '../../engine/types';
import { type Basis, bspline, cheby, jacobi, mexicanHat, rbf, reluBumps, SIZE } from './bases';

type Run = (x: Tensor) => Tensor;

export const SPACES = {
  bspline: 'B-splines',
  'fast-rbf': 'Gaussian bumps after layer norm',
  rbf: 'Gaussian bumps',
  cheby: 'Chebyshev polynomials',
  jacobi: 'Jacobi polynomials',
  wavelet: 'Wavelets (slow: a curve of its own per edge)',
  relu: 'Squared ReLU bumps',
} as const;

export type Space = keyof typeof SPACES;

/** A layer being built. */
interface Site {
  readonly build: Build;
  readonly ops: Ops;
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** Bound of the uniform start that torch gives a linear layer. */
const usual = ({ inputs }: Site) => ({ uniform: 1 / Math.sqrt(inputs) });

/** SiLU(x) W: the branch beside the curves. */
function baseBranch(site: Site, bias = false): Run {
  const { build, ops, name, inputs, outputs } = site;
  const linear = build.dense(`${name}/base`, [inputs], outputs, { bias, init: usual(site) });
  return (x) => linear(ops.silu(x));
}

/** Coefficients `[functions, inputs, outputs]`, and the sum of the curves they draw. */
function curves({ build, ops, name, inputs, outputs }: Site, n: number, deviation: number) {
  const coef = build.weight(`${name}/coef`, [n, inputs, outputs], { normal: deviation });
  build.count(n * inputs * outputs);
  return (basis: Tensor, scale?: Tensor): Tensor => {
    const weights = ops.reshape(scale ? ops.mul(coef, scale) : coef, [n * inputs, outputs]);
    return ops.matMul(ops.reshape(basis, [-1, n * inputs]), weights);
  };
}

function splineLayer(site: Site): Run {
  const { build, ops, name, inputs, outputs } = site;
  const base = baseBranch(site);
  const scale = build.weight(`${name}/scale`, [inputs, outputs], usual(site));
  const sum = curves(site, SIZE.bspline, 0.01);
  return (x) => ops.add(base(x), sum(bspline(ops, x), scale));
}

function gaussianLayer(site: Site, normed: boolean): Run {
  const { build, ops, name, inputs } = site;
  const norm: Run = normed ? build.layerNorm(`${name}/norm`, [inputs]) : (x) => x;
  const sum = curves(site, SIZE.rbf, 0.1);
  const base = baseBranch(site, true);
  return (x) => ops.add(base(x), sum(rbf(ops, norm(x))));
}

/**
 * The released start, deviation 1 / (5 inputs), is smaller than a step of Adam, and no SiLU branch carries the signal
 * meanwhile; this one gives outputs of size 1.
 */
function chebyLayer(site: Site): Run {
  const { ops, inputs } = site;
  const sum = curves(site, SIZE.polynomial, 1 / Math.sqrt(inputs * SIZE.polynomial));
  return (x) => sum(cheby(ops, ops.clip(x, -1, 1)));
}

function jacobiLayer(site: Site): Run {
  const { build, ops, name, inputs, outputs } = site;
  const base = baseBranch(site);
  const sum = curves(site, SIZE.polynomial, 1 / (inputs * SIZE.polynomial));
  const norm = build.layerNorm(`${name}/norm`, [outputs]);
  const basis: Basis = (_, x) => jacobi(ops, ops.tanh(x));
  return (x) => ops.silu(norm(ops.add(base(x), sum(basis(ops, x)))));
}

/** One Mexican hat per edge, with its own place and width `[outputs, inputs]`. */
function waveletLayer(site: Site): Run {
  const { build, ops, name, inputs, outputs } = site;
  const base = baseBranch(site);
  const edges = [outputs, inputs];
  const place = build.weight(`${name}/translation`, edges, 'zeros');
  const width = build.weight(`${name}/scale`, edges, 'ones');
  const coef = build.weight(`${name}/coef`, edges, usual(site));
  const norm = build.batchNorm(`${name}/norm`, [outputs]);
  build.count(inputs * outputs);
  return (x) => {
    const u = ops.div(ops.sub(ops.expandDims(x, 1), place), width);
    return norm(ops.add(ops.sum(ops.mul(mexicanHat(ops, u), coef), -1), base(x)));
  };
}

function reluLayer(site: Site): Run {
  const { build, ops, name, inputs } = site;
  const lo = build.weight(`${name}/lo`, [SIZE.relu, inputs], 'zeros');
  const hi = build.weight(`${name}/hi`, [SIZE.relu, inputs], 'zeros');
  const sum = curves(site, SIZE.relu, 1 / Math.sqrt(SIZE.relu * inputs));
  return (x) => sum(reluBumps(ops, x, lo, hi));
}

const LAYERS: Readonly<Record<Space, (site: Site) => Run>> = {
  bspline: splineLayer,
  'fast-rbf': (site) => gaussianLayer(site, true),
  rbf: (site) => gaussianLayer(site, false),
  cheby: chebyLayer,
  jacobi: jacobiLayer,
  wavelet: waveletLayer,
  relu: reluLayer,
};

/** A KAN layer of the given family. Inputs belong in the range `squash` brings them to. */
export const kanLayer = (
  build: Build,
  ops: Ops,
  space: Space,
  name: string,
  inputs: number,
  outputs: number,
): Run => LAYERS[space]({ build, ops, name, inputs, outputs });

/** Brings any number into the range a family draws on: splines and polynomials [-1, 1], ReLU bumps [0, 1]. */
export function squash(ops: Ops, space: Space, x: Tensor): Tensor {
  if (space === 'bspline' || space === 'cheby') return ops.tanh(x);
  return space === 'relu' ? ops.sigmoid(x) : x;
}
