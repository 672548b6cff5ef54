import { kanLayer, SPACES, type Space, squash } from './kan/layer';
import { denseNet, PAPER, pixels } from './kan/net';
import { choice, defineModel, integer } from './kit';

/**
 * Kolmogorov-Arnold network: learned curves on the edges in place of one fixed activation. The layers are the
 * released ones; pooling, squashing, the norms between layers and the linear head are ours.
 */
export default defineModel({
  id: 'kan',
  name: 'KAN',
  summary: 'Every connection learns its own curve; larger images are first averaged down.',
  paper: PAPER,
  params: {
    space: choice('Curves', 'bspline', SPACES, {
      source: 'code',
      help: 'What the learned curves are made of.',
    }),
    width: integer('Width', 16, { min: 4, max: 128, step: 4, source: 'ours' }),
    layers: integer('Layers', 2, { min: 1, max: 4, source: 'ours' }),
    side: pixels(12),
  },
  sizes: { teacher: { width: 32, layers: 2 }, student: { width: 8, layers: 1 } },
  build: (build, ops, input, { width, layers, side, space }) =>
    denseNet(build, ops, input, { width, layers, side }, (name, inputs) => {
      const run = kanLayer(build, ops, space as Space, name, inputs, width);
      return (x) => run(squash(ops, space as Space, x));
    }),
});
