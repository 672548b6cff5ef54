import { denseNet, PAPER, pixels } from './kan/net';
import { POOL, selectDense } from './kan/select';
import { selectionOf, selectionParams } from './kan/selection';
import { defineModel, integer } from './kit';

/**
 * KAN whose nodes choose their kind of curve. The paper trains in three phases (full, selective, pruning), which a
 * model cannot ask of a run: here the choice is trained along with the curves and nothing is deleted.
 */
export default defineModel({
  id: 's-kan',
  name: 'S-KAN',
  summary:
    'A KAN that learns for every input which kind of curve to use; larger images are first averaged down.',
  paper: PAPER,
  params: {
    width: integer('Width', 16, { min: 4, max: 128, step: 4, source: 'ours' }),
    layers: integer('Layers', 2, { min: 1, max: 4, source: 'ours' }),
    side: pixels(12),
    ...selectionParams,
  },
  sizes: { teacher: { width: 32, layers: 2 }, student: { width: 8, layers: 1 } },
  build: (build, ops, input, { width, layers, side, ...selection }) =>
    denseNet(build, ops, input, { width, layers, side }, (name, inputs) =>
      selectDense(build, ops, name, inputs, width, selectionOf(selection, POOL)),
    ),
});
