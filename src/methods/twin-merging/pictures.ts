/** What the method shows once its experts are merged. */
import type { Ops, Tensor, Tensor2D } from '../../engine/types';
import type { Panel, Step } from '../kit';
import { rankOf } from './exclusive';
import { type Parts, POINTS, RULES, sizeOf, type Values } from './parts';
import type { Memory } from './tasks';

const TASKS = ['Task 1', 'Task 2', 'Task 3', 'Task 4', 'Task 5'];
/** Images whose weights are shown. */
const SHOWN = 12;

const scores = (head: string): Panel => ({
  kind: 'table',
  title: `Percent of the experts’ accuracy on validation images, ${head}`,
  rows: RULES,
  columns: ['Mean', ...TASKS],
});

const sweep = (title: string, x: string): Panel => ({
  kind: 'curves',
  title,
  groups: ['Oracle head', 'Routed head'],
  x,
  y: 'Percent',
});

export const panels: Readonly<Record<string, Panel>> = {
  oracle: scores('head of the true task'),
  routed: scores('head that the router names'),
  density: sweep('Percent of the experts’, by what is kept', 'Share kept, 0 to 1'),
  gamma: sweep('Task arithmetic: percent of the experts’, by shared factor', 'Factor, 0 to 1'),
  weights: { kind: 'shares', title: 'Weights of the experts, image by image', groups: TASKS, x: 'Image' },
  spectra: {
    kind: 'curves',
    title: 'Singular values of what is exclusive, and the cut',
    groups: ['A layer', 'Kept'],
    x: 'From largest to smallest',
  },
  storage: {
    kind: 'bars',
    title: 'Numbers stored',
    groups: ['All experts', 'Shared network, heads and router', 'The same with exclusive parts'],
  },
};

/** Sizes of what is stored, without norms, which all share. */
function stored({ linear, exclusive, heads }: Parts, { tasks, mask, density, hidden }: Values): number[] {
  const network = Object.values(linear).reduce((sum, layer) => sum + sizeOf(layer), 0);
  const [features = 0] = heads.weight.shape;
  const router = (features + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * tasks + 4 * hidden;
  const shared = network + heads.weight.size + heads.bias.size + router;
  const parts = Object.values(exclusive).map(({ linear: { inputs, outputs, bias }, rank }) => {
    if (density === 0) return 0;
    const kept = mask === 'svd' ? rankOf(density, rank) * (inputs + outputs) : 2 * density * inputs * outputs;
    return kept + (bias === undefined ? 0 : outputs);
  });
  return [tasks * network, shared, shared + tasks * parts.reduce((a, b) => a + b, 0)];
}

/** Every layer's curve and a step where the cut is. */
function spectra(ops: Ops, curves: Tensor, density: number): Tensor {
  const step = Array.from({ length: POINTS }, (_, i) => Number(i / (POINTS - 1) < density));
  const layers = ops.concat([ops.zeros([curves.shape[0] as number, 1]), curves], 1);
  return ops.concat([layers, ops.tensor2d([1, ...step], [1, POINTS + 1])]);
}

export function pictures(step: Step<Values, Parts, Memory>): Readonly<Record<string, Tensor>> {
  const { ops, params, extras, forward, images, batch } = step;
  const w = ops.softmax(extras.router(ops, forward(images).embedding)) as Tensor2D;
  const some = ops.slice(w, [0, 0], [Math.min(SHOWN, batch), params.tasks]);
  const own = (state: Tensor) => ops.mul(state, 1);
  return {
    oracle: own(extras.scores.oracle),
    routed: own(extras.scores.routed),
    density: own(extras.sweeps.density),
    gamma: own(extras.sweeps.gamma),
    weights: ops.pad(some, [
      [0, 0],
      [0, TASKS.length - params.tasks],
    ]),
    spectra: spectra(ops, extras.spectra, params.density),
    storage: ops.tensor1d(stored(extras, params)),
  };
}
