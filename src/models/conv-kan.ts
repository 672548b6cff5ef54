import type { Shape, Tensor, Tensor2D, Tensor4D } from '../engine/types';
import { PAPER, pixels, shrink } from './kan/net';
import { FAMILIES, type Family, POOL, selectConv } from './kan/select';
import { DEVIATIONS, selectionPanels, selectionParams, selector } from './kan/selection';
import { choice, defineModel, integer, type LastStage } from './kit';

/** Largest side of the map that the head reads. */
const GRID = 4;

/**
 * Convolutions made of learned curves (S-ConvKAN): 3x3 windows with stride 2, a batch norm after each. The released
 * layers have no norm; batch norm, pooling of the image and the flattening linear head are ours.
 */
export default defineModel({
  id: 'conv-kan',
  name: 'S-ConvKAN',
  summary: 'Convolutions whose weights are learned curves; larger images are first averaged down.',
  paper: PAPER,
  deviations: DEVIATIONS,
  params: {
    space: choice(
      'Curves',
      'all',
      { all: 'Learned choice among all kinds', ...FAMILIES },
      { source: 'ours' },
    ),
    width: integer('Channels of the first layer', 8, { min: 2, max: 32, step: 2, source: 'ours' }),
    layers: integer('Layers', 2, { min: 1, max: 4, source: 'ours' }),
    side: pixels(16),
    ...selectionParams,
  },
  panels: selectionPanels,
  sizes: { teacher: { width: 12, layers: 2 }, student: { width: 4, layers: 2 } },
  build(build, ops, { image, classes }, { space, width, layers, side, ...values }) {
    const [h = 1, w = 1, c = 1] = image;
    let shape: Shape = [Math.min(h, side), Math.min(w, side), c];
    const pool = space === 'all' ? POOL : [space as Family];
    const { selection, parts } = selector(build, ops, values, pool);
    const stages = Array.from({ length: layers }, (_, i) => {
      const name = `stage${i + 1}`;
      const conv = selectConv(build, ops, `${name}/kan`, shape, width * 2 ** i, selection);
      shape = conv.out;
      return { name, conv, norm: build.batchNorm(`${name}/norm`, shape) };
    });
    const [rows = 1, columns = 1, channels = 1] = shape;
    const cells = [Math.min(rows, GRID), Math.min(columns, GRID)] as const;
    const embedding = cells[0] * cells[1] * channels;
    const head = build.dense('head', [embedding], classes);
    const last = stages.at(-1) as (typeof stages)[number];
    const through = ({ name, conv, norm }: typeof last, x: Tensor): Tensor =>
      build.tap(name, norm(build.layer(`${name}/kan`, x, conv(x))));
    const lastStage = (map: Tensor): LastStage => {
      const tap = through(last, map);
      const features = ops.flatten(shrink(ops, tap as Tensor4D, GRID));
      return { tap, normed: tap, embedding: features, logits: head(features) as Tensor2D };
    };
    return {
      ...parts(),
      taps: Object.fromEntries(stages.map(({ name, conv }) => [name, conv.out])),
      embedding,
      ...(layers > 1 ? { lastStage } : {}),
      forward(images) {
        let x: Tensor = shrink(ops, images, side);
        const taps: Record<string, Tensor> = {};
        for (const stage of stages) {
          x = taps[stage.name] = through(stage, x);
        }
        const features = ops.flatten(shrink(ops, x as Tensor4D, GRID));
        return { taps, embedding: features, logits: head(features) as Tensor2D };
      },
    };
  },
});
