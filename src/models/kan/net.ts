/** The frame of the fully connected KANs. */
import type { Build, Ops, Tensor, Tensor2D, Tensor4D } from '../../engine/types';
import { type Body, integer, type LastStage, type ModelInput, unitTap } from '../kit';

export const PAPER = {
  title: 'Activation Space Selectable Kolmogorov-Arnold Networks',
  year: 2024,
  url: 'https://arxiv.org/abs/2408.08338',
};

/** Every pixel is an input with many curves, so the image is averaged down first. */
export const pixels = (value: number) =>
  integer('Longest side after pooling', value, {
    min: 4,
    max: 16,
    source: 'ours',
    help: 'Larger images are averaged down to at most this many pixels along each side before the first layer.',
  });

/** Averages `[b, h, w, c]` down to at most `side` along height and width. */
export function shrink(ops: Ops, images: Tensor4D, side: number): Tensor4D {
  const [, h, w] = images.shape;
  return Math.max(h, w) > side ? ops.poolTo(images, Math.min(h, side), Math.min(w, side)) : images;
}

/** Pooled pixels, then layers each followed by a layer norm, then a linear head (ours, as for every model here). */
export function denseNet(
  build: Build,
  ops: Ops,
  { image: [h = 1, w = 1, c = 1], classes }: ModelInput,
  { width, layers, side }: { readonly width: number; readonly layers: number; readonly side: number },
  layer: (name: string, inputs: number) => (x: Tensor) => Tensor,
  parts: () => Pick<Body, 'schedule' | 'probe'> = () => ({}),
): Body {
  const inputs = Math.min(h, side) * Math.min(w, side) * c;
  const stages = Array.from({ length: layers }, (_, i) => {
    const name = `stage${i + 1}`;
    const run = layer(`${name}/kan`, i === 0 ? inputs : width);
    return { name, run, norm: build.layerNorm(`${name}/after`, [width]) };
  });
  const head = build.dense('head', [width], classes);
  const last = stages.at(-1) as (typeof stages)[number];
  const through = ({ name, run, norm }: typeof last, x: Tensor) =>
    unitTap(build, ops, name, norm(build.layer(`${name}/kan`, x, run(x))));
  const lastStage = (map: Tensor): LastStage => {
    const [tap, embedding] = through(last, ops.flatten(map));
    return { tap, normed: tap, embedding, logits: head(embedding) as Tensor2D };
  };
  return {
    ...parts(),
    // Maps of one pixel, so that methods written for maps also take these.
    taps: Object.fromEntries(stages.map(({ name }) => [name, [1, 1, width]])),
    embedding: width,
    ...(layers > 1 ? { lastStage } : {}),
    forward(images) {
      let x: Tensor = ops.flatten(shrink(ops, images, side));
      const taps: Record<string, Tensor> = {};
      for (const stage of stages) [taps[stage.name], x] = through(stage, x);
      return { taps, embedding: x as Tensor2D, logits: head(x) as Tensor2D };
    },
  };
}
