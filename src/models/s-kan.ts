import { denseNet, PAPER, pixels } from './kan/net';
import { POOL, selectDense } from './kan/select';
import { DEVIATIONS, selectionPanels, selectionParams, selector } from './kan/selection';
import { defineModel, integer } from './kit';

/** KAN whose nodes choose their kind of curve in three phases: all kinds, choosing, pruned. */
export default defineModel({
  id: 's-kan',
  name: 'S-KAN',
  summary:
    'A KAN that learns for every input which kind of curve to use; larger images are first averaged down.',
  paper: PAPER,
  deviations: DEVIATIONS,
  params: {
    width: integer('Width', 16, { min: 4, max: 128, step: 4, source: 'ours' }),
    layers: integer('Layers', 2, { min: 1, max: 4, source: 'ours' }),
    side: pixels(12),
    ...selectionParams,
  },
  panels: selectionPanels,
  sizes: { teacher: { width: 32, layers: 2 }, student: { width: 8, layers: 1 } },
  build(build, ops, input, { width, layers, side, ...values }) {
    const { selection, parts } = selector(build, ops, values, POOL);
    return denseNet(
      build,
      ops,
      input,
      { width, layers, side },
      (name, inputs) => selectDense(build, ops, name, inputs, width, selection),
      parts,
    );
  },
});
