/** The contract of a model: hyper-parameters and a function that builds layers and wires them. */
import type { Schema, Values } from '../core/params';
import type { Card } from '../core/registry';
import type { Build, Layer, Ops, Shape, Tensor, Tensor2D, Tensor4D } from '../engine/types';

export * from '../core/params';

export interface ModelInput {
  /** `[height, width, channels]`; 8 to 96 pixels, 1 or 3 channels. */
  readonly image: Shape;
  readonly classes: number;
}

export interface Body {
  /** Names and shapes of the inner activations, in order of depth. The embedding is not among them. */
  readonly taps: Readonly<Record<string, Shape>>;
  /** Width of the vector the last layer reads. */
  readonly embedding: number;
  /** From standardised images `[batch, h, w, c]` to every declared tap, the embedding and the logits. */
  forward(images: Tensor4D): {
    taps: Readonly<Record<string, Tensor>>;
    embedding: Tensor2D;
    logits: Tensor2D;
  };
  /**
   * The end of the network on its own, for methods that send other features through it: from a tensor in the shape
   * of the last tap but one to everything `forward` computes after it. Gradients flow to its input and weights.
   * Only where the model has such an end; `forward` runs it too, so both agree.
   */
  lastStage?(features: Tensor): LastStage;
}

export interface LastStage {
  /** The last tap. */
  readonly tap: Tensor;
  /** The last tap after the network's final norm. */
  readonly normed: Tensor;
  readonly embedding: Tensor2D;
  readonly logits: Tensor2D;
}

export interface Model<S extends Schema = Schema> extends Card {
  readonly paper?: { readonly title: string; readonly year: number; readonly url: string };
  readonly params: S;
  /** Parameter values of the ready teacher and student of this kind. */
  readonly sizes: { readonly teacher: Partial<Values<S>>; readonly student: Partial<Values<S>> };
  build(build: Build, ops: Ops, input: ModelInput, params: Values<S>): Body;
}

export function defineModel<const S extends Schema>(model: Model<S>): Model<S> {
  return model;
}

/**
 * The frame that ResNet and MobileNet share: a 3x3 stem, stages of blocks, average pooling, a linear head.
 * The first block of every stage but the first halves the map; every stage doubles the width.
 */
export function stagedNet(
  build: Build,
  ops: Ops,
  { image, classes }: ModelInput,
  plan: { readonly width: number; readonly stages: number; readonly blocks: number },
  block: (name: string, input: Shape, width: number, stride: number) => Layer,
): Body {
  const conv = build.conv('stem/conv', image, plan.width);
  const norm = build.batchNorm('stem/norm', conv.out, { relu: true });
  let shape = conv.out;
  const stages = Array.from({ length: plan.stages }, (_, s) => {
    const blocks = Array.from({ length: plan.blocks }, (_, b) => {
      const made = block(`stage${s + 1}/block${b + 1}`, shape, plan.width * 2 ** s, s > 0 && b === 0 ? 2 : 1);
      shape = made.out;
      return made;
    });
    return { name: `stage${s + 1}`, blocks, out: shape };
  });
  const embedding = shape.at(-1) as number;
  const head = build.dense('head', [embedding], classes);
  return {
    taps: { stem: conv.out, ...Object.fromEntries(stages.map(({ name, out }) => [name, out])) },
    embedding,
    forward(images) {
      let x: Tensor = norm(conv(images));
      const taps: Record<string, Tensor> = { stem: x };
      for (const { name, blocks } of stages) {
        for (const run of blocks) x = run(x);
        taps[name] = x;
      }
      const features = ops.globalAveragePool(x);
      return { taps, embedding: features, logits: head(features) as Tensor2D };
    },
  };
}
