/**
 * The types plug-ins are written in. Types only: importing this file adds nothing to a bundle, so cards that
 * are shown on the page may name tensors without loading TensorFlow.js there.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { KernelMatrix } from '../core/kernel-matrix';

export type { Ops } from './ops/index';
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Variable };

/** Sizes of one sample, without the batch axis: `[height, width, channels]`, `[tokens, width]` or `[width]`. */
export type Shape = readonly number[];

/** A layer with its weights. `out` is the shape of one output sample. */
export interface Layer {
  (x: Tensor): Tensor;
  readonly out: Shape;
}

/** A layer that can add a residual branch, of the shape of its result, before its activation. */
export interface JoiningLayer {
  (x: Tensor, residual?: Tensor): Tensor;
  readonly out: Shape;
}

/**
 * What a caller changes in a network while it runs: what a hook returns goes on in place of what it was given, and
 * gradients flow through it to everything it reads. Shapes stay as they are. Absent hooks change nothing.
 */
export interface Hooks {
  /**
   * Around every layer with weights. `name` is the prefix of its weights' names, `x` what went in, `y` what the
   * weights made of it: before an activation or a residual branch that belongs to the layer.
   */
  readonly layer?: (name: string, x: Tensor, y: Tensor) => Tensor;
  /** At every declared tap, in its declared shape. The rest of the network reads what it returns. */
  readonly tap?: (name: string, x: Tensor) => Tensor;
}

/** A layer that is linear in its kernel: what its hook sees is `apply(x, kernel)`, plus its bias. */
export interface LinearLayer extends KernelMatrix {
  /** What another kernel makes of `x`, `[inputs, outputs]`; of any number of outputs, unless the layer is depthwise. */
  apply(x: Tensor, kernel: Tensor): Tensor;
}

/** How a weight tensor starts. `he` and `glorot` follow the fan of the shape, `uniform` is +-`scale` around the mean. */
export type Init =
  | 'zeros'
  | 'ones'
  | 'he'
  | 'glorot'
  | { readonly normal: number; readonly mean?: number }
  | { readonly uniform: number; readonly mean?: number };

/**
 * Creates layers and their weights inside one network. Names must be unique in a network; the initial values
 * depend on (seed, name) only. Layers behave for training or for inference as `training` says when they run.
 */
export interface Build {
  readonly training: boolean;
  conv(name: string, input: Shape, filters: number, options?: ConvOptions): Layer;
  /** Transposed 4x4 convolution with stride 2: doubles height and width. */
  upConv(name: string, input: Shape, filters: number): Layer;
  depthwise(name: string, input: Shape, options?: { kernel?: number; stride?: number }): Layer;
  dense(name: string, input: Shape, units: number, options?: DenseOptions): JoiningLayer;
  batchNorm(name: string, input: Shape, options?: { relu?: boolean; affine?: boolean }): JoiningLayer;
  layerNorm(name: string, input: Shape): Layer;
  /** Multi-head self-attention on `[tokens, width]`. */
  attention(name: string, input: Shape, heads: number): JoiningLayer;
  /** Every declared tap passes here on its way through the network. */
  tap<T extends Tensor>(name: string, x: T): T;
  /** For layers made of plain ops: their result passes here, as that of the layers above does by itself. */
  layer(name: string, x: Tensor, y: Tensor): Tensor;
  /** A trained tensor. */
  weight(name: string, shape: Shape, init: Init): Variable;
  /** A tensor that is kept and saved with the network but not trained. */
  state(name: string, shape: Shape, value: number): Variable;
  /** Counted multiply-adds of one forward pass of one sample, so far. */
  readonly multiplyAdds: number;
  /** For layers made of plain ops: adds their cost to `multiplyAdds`. */
  count(multiplyAdds: number): void;
}

export interface ConvOptions {
  /** Default 3. */
  kernel?: number;
  stride?: number;
  /** Default 'same'. */
  padding?: 'same' | 'valid';
  /** Default false: a batch norm usually follows. */
  bias?: boolean;
}

export interface DenseOptions {
  bias?: boolean;
  activation?: 'linear' | 'relu' | 'gelu';
  init?: Init;
}

/** What a network answers for one batch. */
export interface NetOutput {
  /** `[rows, outputs]`, before softmax. */
  readonly logits: Tensor2D;
  /** `[rows, width]`, what the last layer reads. */
  readonly embedding: Tensor2D;
  /** Named inner activations in order of depth: maps `[rows, h, w, c]` or tokens `[rows, t, d]`. */
  readonly taps: Readonly<Record<string, Tensor>>;
  /** The last tap after the network's final norm; absent where no norm comes behind the last tap. */
  readonly normed?: Tensor | undefined;
  /**
   * The end of the network on other features, in the shape of the last tap but one. Gradients flow through it to
   * them; batch norms behave as in the pass that made this answer and keep their statistics. Absent where the
   * network has no such end.
   */
  readonly lastStage?: ((features: Tensor) => LastStage) | undefined;
}

/** What the end of a network makes of the features it is given. */
export interface LastStage {
  /** The last tap. */
  readonly tap: Tensor;
  /** The last tap after the network's final norm; the tap itself where there is none. */
  readonly normed: Tensor;
  readonly embedding: Tensor2D;
  readonly logits: Tensor2D;
}

/** Random tensors that are fresh on every replay and the same on every rerun (seed, lane, name, step). */
export interface Random {
  /** Uniform in [0, 1). `name` separates streams inside one step. */
  uniform(name: string, shape: readonly number[]): Tensor;
  normal(name: string, shape: readonly number[]): Tensor;
  /** A random order of 0 .. n-1, int32. */
  permutation(name: string, n: number): Tensor1D;
}

/** A table of persistent rows on the device, for per-sample memories. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  /** Rows `index` (int32 `[n]`) as `[n, columns]`. */
  read(index: Tensor1D): Tensor2D;
  /** Replaces rows `index` by `values` `[n, columns]`, at once: read before you write. The last of equal rows stays. */
  write(index: Tensor1D, values: Tensor2D): void;
  /** Replaces all rows, row-major `[rows, columns]`, between steps. */
  fill(values: Float32Array): void;
}
