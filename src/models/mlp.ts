import type { Layer, Tensor, Tensor2D } from '../engine/types';
import { defineModel, integer, type LastStage, unitTap } from './kit';

/** Fully connected net: flatten, then `layers` hidden layers with ReLU, then the head. */
export default defineModel({
  id: 'mlp',
  name: 'MLP',
  summary: 'Fully connected layers on the flattened pixels: fast, blind to neighbourhood.',
  params: {
    width: integer('Hidden width', 128, { min: 4, max: 1024, step: 4, source: 'ours' }),
    layers: integer('Hidden layers', 2, { min: 1, max: 6, source: 'ours' }),
  },
  sizes: { teacher: { width: 256, layers: 3 }, student: { width: 32, layers: 1 } },
  build(build, ops, { image, classes }, { width, layers }) {
    const pixels = image.reduce((a, b) => a * b, 1);
    const hidden = Array.from({ length: layers }, (_, i) =>
      build.dense(`stage${i + 1}`, [i === 0 ? pixels : width], width, { activation: 'relu' }),
    );
    const head = build.dense('head', [width], classes);
    const names = hidden.map((_, i) => `stage${i + 1}`);
    const last = hidden.at(-1) as Layer;
    const lastStage = (map: Tensor): LastStage => {
      const [tap, embedding] = unitTap(build, ops, `stage${layers}`, last(ops.flatten(map)));
      return { tap, normed: tap, embedding, logits: head(embedding) as Tensor2D };
    };
    return {
      // Maps of one pixel, so that methods written for maps also take an MLP.
      taps: Object.fromEntries(names.map((name) => [name, [1, 1, width]])),
      embedding: width,
      ...(layers > 1 ? { lastStage } : {}),
      forward(images) {
        const taps: Record<string, Tensor> = {};
        let x: Tensor = ops.flatten(images);
        hidden.forEach((layer, i) => {
          const name = `stage${i + 1}`;
          [taps[name], x] = unitTap(build, ops, name, layer(x));
        });
        return { taps, embedding: x as Tensor2D, logits: head(x) as Tensor2D };
      },
    };
  },
});
