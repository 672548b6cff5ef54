/** The two nets the product has no model for: an MLP with shrinking widths, and a CNN that reads its last map. */
import type { Build, Ops, Shape, Tensor, Tensor2D } from '../../../src/engine/types';
import type { Body, ModelInput } from '../../../src/models/kit';

/** Names of weights: `stage<i>` and `head`. */
export function plainMlp(
  build: Build,
  ops: Ops,
  { image, classes }: ModelInput,
  widths: readonly number[],
): Body {
  let width = image.reduce((a, b) => a * b, 1);
  const hidden = widths.map((units, i) => {
    const layer = build.dense(`stage${i + 1}`, [width], units, { activation: 'relu' });
    width = units;
    return layer;
  });
  const head = build.dense('head', [width], classes);
  return {
    taps: {},
    embedding: width,
    forward(images) {
      let x: Tensor = ops.flatten(images);
      for (const layer of hidden) x = layer(x);
      return { taps: {}, embedding: x as Tensor2D, logits: head(x) as Tensor2D };
    },
  };
}

/** Blocks of 3x3 convolution, batch norm, ReLU and 2x2 pool; the head reads the flattened last map. */
export function plainCnn(
  build: Build,
  ops: Ops,
  { image, classes }: ModelInput,
  widths: readonly number[],
): Body {
  let shape: Shape = image;
  const blocks = widths.map((filters, i) => {
    const conv = build.conv(`stage${i + 1}/conv`, shape, filters);
    const norm = build.batchNorm(`stage${i + 1}/norm`, conv.out, { relu: true });
    const [h = 1, w = 1, c = 1] = conv.out;
    shape = [h / 2, w / 2, c];
    return { conv, norm };
  });
  const embedding = shape.reduce((a, b) => a * b, 1);
  const head = build.dense('head', [embedding], classes);
  return {
    taps: {},
    embedding,
    forward(images) {
      let x: Tensor = images;
      for (const { conv, norm } of blocks) x = ops.maxPool2(norm(conv(x)));
      const features = ops.flatten(x);
      return { taps: {}, embedding: features, logits: head(features) as Tensor2D };
    },
  };
}
