/**
 * A network's forward pass as a small graph of plain operations, in the layout of the layers: images
 * `[batch, height, width, channels]`, filters `[height, width, in, out]`. Every exporter writes this graph.
 */

export type Unary =
  | 'abs'
  | 'erf'
  | 'exp'
  | 'log'
  | 'neg'
  | 'relu'
  | 'rsqrt'
  | 'sigmoid'
  | 'sqrt'
  | 'square'
  | 'tanh';
export type Binary = 'add' | 'div' | 'maximum' | 'minimum' | 'mul' | 'sub';
export type Reduction = 'max' | 'mean' | 'sum';

/** Zeros (or, for pooling, nothing) around height and width. */
export interface Pads {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export type Operation =
  /** Pixels from 0 to 255, `[batch, height, width, channels]`. */
  | { readonly op: 'input' }
  | { readonly op: 'weight'; readonly name: string }
  | { readonly op: 'constant'; readonly data: readonly number[] }
  | { readonly op: 'unary'; readonly fn: Unary }
  | { readonly op: 'binary'; readonly fn: Binary }
  | { readonly op: 'clip'; readonly min: number; readonly max: number }
  | {
      readonly op: 'reduce';
      readonly fn: Reduction;
      readonly axes: readonly number[];
      readonly keep: boolean;
    }
  /** At most one size is -1: what the others leave. */
  | { readonly op: 'reshape'; readonly to: readonly number[] }
  | { readonly op: 'transpose'; readonly order: readonly number[] }
  | { readonly op: 'concat'; readonly axis: number }
  /** `size` -1: to the end. */
  | { readonly op: 'slice'; readonly begin: readonly number[]; readonly size: readonly number[] }
  /** Zeros before and after each axis. */
  | { readonly op: 'pad'; readonly around: readonly (readonly [number, number])[] }
  | { readonly op: 'matMul'; readonly transposeA: boolean; readonly transposeB: boolean }
  /** Inputs: maps, filter. */
  | { readonly op: 'conv'; readonly stride: number; readonly padding: 'same' | 'valid'; readonly pads: Pads }
  /** Inputs: maps, filter `[height, width, channels, 1]`; padding is 'same'. */
  | { readonly op: 'depthwise'; readonly stride: number; readonly pads: Pads }
  /** Windows of 2x2 with stride 2 and padding 'same'; an average leaves out what is beyond the rim. */
  | { readonly op: 'pool'; readonly fn: 'average' | 'max'; readonly pads: Pads }
  /** Inputs: x, scale, shift, mean, variance; the last axis holds the channels. */
  | { readonly op: 'batchNorm'; readonly epsilon: number }
  /** Over the last axis. */
  | { readonly op: 'softmax' }
  /** Over the last axis, one-hot where the largest entry stands. */
  | { readonly op: 'largest' };

/** A value of the graph. Also what plug-in code holds as a tensor while it is traced. */
export interface Node {
  readonly operation: Operation;
  readonly inputs: readonly Node[];
  /** -1 where the size is not known before there is a batch: only ever the first. */
  readonly shape: readonly number[];
  readonly rank: number;
}

export interface Graph {
  /** In an order in which each node comes after its inputs; only what the output needs. */
  readonly nodes: readonly Node[];
  readonly input: Node;
  /** Logits, `[batch, classes]`. */
  readonly output: Node;
}

export const node = (operation: Operation, inputs: readonly Node[], shape: readonly number[]): Node => ({
  operation,
  inputs,
  shape,
  rank: shape.length,
});

export const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What `output` is made of, in order. */
export function graphOf(input: Node, output: Node): Graph {
  const seen = new Set<Node>([input]);
  const visit = (at: Node): void => {
    if (seen.has(at)) return;
    for (const each of at.inputs) visit(each);
    seen.add(at);
  };
  visit(output);
  return { nodes: [...seen], input, output };
}
