import { type Nested, tensorOf } from '../engine/autodiff';
import type { Tensor } from '../engine/types';
import { bspline, reluBumps } from '../models/kan/bases';
import { kanLayer, type Space } from '../models/kan/layer';
import { chosen, POOL, type SelectingLayer, selectConv, selectDense } from '../models/kan/select';
import { entropy } from '../models/kan/selection';
import { defineGolden, FixedBuild, type Given, ops } from './kit';

/** `[outputs, inputs, functions]` to the order of the app, `[functions, inputs, outputs]`. */
const reversed = (x: Tensor): Tensor => ops.transpose(x, [2, 1, 0]);

/** The weights of the single-family layer of each case, by their name in the app; what is absent is 0. */
const SINGLE: Readonly<Record<string, readonly [Space, (given: Given) => Record<string, Tensor>]>> = {
  'kan-spline': [
    'bspline',
    ({ tensor }) => ({ coef: reversed(tensor('W_spline')), scale: ops.transpose(tensor('scale')) }),
  ],
  'kan-fast-rbf': [
    'fast-rbf',
    ({ tensor }) => ({
      'norm/scale': tensor('ln_gamma'),
      'norm/shift': tensor('ln_beta'),
      coef: reversed(ops.reshape(tensor('W_spline'), [2, 3, 8])),
    }),
  ],
  'kan-rbf': [
    'rbf',
    ({ tensor }) => ({ coef: ops.transpose(ops.reshape(tensor('W_spline'), [3, 8, 2]), [1, 0, 2]) }),
  ],
  'kan-cheby': ['cheby', ({ tensor }) => ({ coef: ops.transpose(tensor('coeffs'), [2, 0, 1]) })],
  'kan-wavelet': [
    'wavelet',
    ({ tensor }) => ({
      translation: tensor('translation'),
      scale: tensor('scale'),
      coef: tensor('W_wavelet'),
      'norm/scale': ops.ones([2]),
    }),
  ],
  'kan-jacobi': [
    'jacobi',
    ({ tensor }) => ({
      coef: ops.transpose(tensor('coeffs'), [2, 0, 1]),
      'norm/scale': tensor('ln_gamma'),
      'norm/shift': tensor('ln_beta'),
    }),
  ],
};

/** A builder with the given weights under the name of one layer. */
const building = (weights: Readonly<Record<string, Tensor>>) =>
  new FixedBuild(
    Object.fromEntries(Object.entries(weights).map(([name, value]) => [`layer/${name}`, value])),
  );

function single(given: Given, space: Space, weights: Record<string, Tensor>): Tensor {
  const { inputs, tensor } = given;
  if ('W_base' in inputs) weights['base/weight'] = ops.transpose(tensor('W_base'));
  if ('b_base' in inputs) weights['base/bias'] = tensor('b_base');
  return kanLayer(building(weights), ops, space, 'layer', 3, 2)(tensor('x'));
}

function selecting(given: Given): { y: Tensor; entropy: Tensor } {
  const coef = given.inputs['coef'] as Record<string, Nested>;
  const weights = Object.fromEntries(
    POOL.map((family) => [family, ops.transpose(tensorOf(coef[family] as Nested), [2, 0, 1])]),
  );
  const build = building({
    ...weights,
    select: given.tensor('logits'),
    base: ops.transpose(given.tensor('W_base')),
  });
  const layers: SelectingLayer[] = [];
  const selection = { pool: POOL, temperature: 1, hard: given.params['hard'] === true, layers };
  const y = selectDense(build, ops, 'layer', 3, 2, selection)(given.tensor('x'));
  return { y, entropy: entropy(ops, layers) };
}

/** The released layer clamps where the app takes tanh, so the app's is fed the inverse of tanh. */
function convolution(given: Given): Tensor {
  const x = ops.mul(
    ops.sub(ops.log(ops.add(1, given.tensor('x'))), ops.log(ops.sub(1, given.tensor('x')))),
    0.5,
  );
  const build = building({ cheby: ops.transpose(given.tensor('coeffs'), [0, 2, 1]) });
  const selection = { pool: ['cheby'], temperature: 1, hard: false } as const;
  return selectConv(build, ops, 'layer', [3, 3, 1], 2, selection, { kernel: 2, stride: 1, pad: 0 })(x);
}

function output(given: Given): { y: Tensor; entropy?: Tensor } {
  const layer = SINGLE[given.name];
  if (layer) return { y: single(given, layer[0], layer[1](given)) };
  return given.name.startsWith('conv') ? { y: convolution(given) } : selecting(given);
}

export default defineGolden({
  id: 's-kan',
  compute(given) {
    if (given.name === 'bspline-basis') return { basis: bspline(ops, ops.expandDims(given.tensor('x'), 1)) };
    if (given.name === 'relu-kan-basis') {
      const still = ops.zeros([8, 3]);
      return { basis: ops.transpose(reluBumps(ops, given.tensor('x'), still, still), [0, 2, 1]) };
    }
    const { y, entropy: measured } = output(given);
    return {
      y,
      ...(measured ? { entropy: measured } : {}),
      ...('w_out' in given.inputs ? { loss: ops.sum(ops.mul(y, given.tensor('w_out'))) } : {}),
      ...('logits' in given.inputs ? { mode: chosen(ops, given.tensor('logits')) } : {}),
    };
  },
});
