/** The contract of a model: hyper-parameters and a function that builds layers and wires them. */
import type { Panel } from '../core/panel';
import type { Schema, Values } from '../core/params';
import type { Card } from '../core/registry';
import type {
  Build,
  LastStage,
  Layer,
  Ops,
  Scalar,
  Shape,
  Tensor,
  Tensor2D,
  Tensor4D,
} from '../engine/types';

export type { Panel } from '../core/panel';
export * from '../core/params';
export type { LastStage };

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
    /** The last tap after the final norm, where the network has one there. */
    normed?: Tensor;
  };
  /**
   * The end of the network on its own, for methods that send other features through it: from a tensor in the shape
   * of the last tap but one to everything `forward` computes after it. Gradients flow to its input and weights.
   * Only where the model has such an end (two taps at least); it computes exactly what `forward` does.
   */
  lastStage?(features: Tensor): LastStage;
  /** Only of networks that ask for more than gradient steps; others train in one go. */
  readonly schedule?: Schedule;
  /** Small tensors that feed the card's `panels`, by the same keys. Reads weights and states only. */
  probe?(): Readonly<Record<string, Tensor>>;
}

/** The tap of a layer of units: a map of one pixel, `[rows, 1, 1, width]`, and the rows `[rows, width]` behind it. */
export function unitTap(build: Build, ops: Ops, name: string, x: Tensor): [tap: Tensor, rows: Tensor2D] {
  const map = ops.reshape(x, [-1, 1, 1, x.shape.at(-1) as number]);
  const tap = build.tap(name, map);
  return [tap, (tap === map ? x : ops.flatten(tap)) as Tensor2D];
}

/** Values of weights and states by their names, row-major. */
export type NamedValues = Readonly<Record<string, Float32Array>>;

/** What a network asks of its own training, whatever the method. It is held to by the trainer. */
export interface Schedule {
  /** In order, over the steps in which the network trains. The optimiser starts anew with each. */
  readonly stages: Readonly<Record<string, Stage>>;
  /** A loss term of the network's own, in every step; depends on its weights and states only. */
  readonly penalty?: { readonly label: string; readonly value: () => Scalar };
  /** How many of the parameters that were built are gone, by the values the network holds. */
  removed(values: NamedValues): number;
}

export interface Stage {
  readonly label: string;
  /** Share of the steps; the shares of all stages are brought to a sum of 1. */
  readonly share: number;
  /** The learning rate stays; otherwise its schedule runs over the steps of this stage. */
  readonly holdsRate?: boolean;
  /** Names of the weights that do not train. */
  readonly rests?: readonly string[];
  /** Values replaced once, before the first step of the stage. */
  begin?(values: NamedValues): NamedValues;
  /** Values for the coming step; `progress` is 0 at the first step of the stage and 1 after its last. */
  settings?(progress: number): NamedValues;
}

export interface Model<S extends Schema = Schema> extends Card {
  readonly paper?: { readonly title: string; readonly year: number; readonly url: string };
  readonly params: S;
  /** What differs from the paper or its released code, and why. */
  readonly deviations?: string;
  readonly panels?: Readonly<Record<string, Panel>>;
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
  const through = (blocks: readonly Layer[], x: Tensor): Tensor => blocks.reduce((y, run) => run(y), x);
  const taps = { stem: conv.out, ...Object.fromEntries(stages.map(({ name, out }) => [name, out])) };
  const last = stages.pop() as (typeof stages)[number];
  const lastStage = (map: Tensor): LastStage => {
    const tap = build.tap(last.name, through(last.blocks, map));
    const features = ops.globalAveragePool(tap);
    return { tap, normed: tap, embedding: features, logits: head(features) as Tensor2D };
  };
  return {
    taps,
    embedding,
    lastStage,
    forward(images) {
      let x: Tensor = build.tap('stem', norm(conv(images)));
      const seen: Record<string, Tensor> = { stem: x };
      for (const { name, blocks } of stages) {
        x = build.tap(name, through(blocks, x));
        seen[name] = x;
      }
      const { tap, embedding: features, logits } = lastStage(x);
      return { taps: { ...seen, [last.name]: tap }, embedding: features, logits };
    },
  };
}
