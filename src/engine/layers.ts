/** Layers and their weights. One `NetworkBuild` per network; `ops/network.ts` does the arithmetic. */
import * as tf from '@tensorflow/tfjs-core';
import { kernelMatrix } from '../core/kernel-matrix';
import { Rng } from '../core/rng';
import { attention, batchNorm, conv, dense, depthwise, gelu, layerNorm } from './ops/network';
import type {
  Build,
  ConvOptions,
  DenseOptions,
  Hooks,
  Init,
  JoiningLayer,
  Layer,
  LinearLayer,
  Shape,
  Tensor,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Variable,
} from './types';

const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const layer = (out: Shape, run: (x: Tensor) => Tensor): Layer => Object.assign(run, { out });
const joining = (out: Shape, run: (x: Tensor, residual?: Tensor) => Tensor): JoiningLayer =>
  Object.assign(run, { out });

/** Inputs and outputs of one unit of a weight: the last axis is the output, those before it the input. */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const fanIn = Math.max(1, product(shape.slice(0, -1)));
  const receptive = Math.max(1, product(shape.slice(0, -2)));
  return { fanIn, fanOut: receptive * (shape.at(-1) ?? 1) };
}

/** Initial values of a weight; a pure function of the generator, the shape and the rule. */
export function initialValues(shape: Shape, init: Init, rng: Rng): Float32Array {
  const n = product(shape);
  if (init === 'zeros') return new Float32Array(n);
  if (init === 'ones') return new Float32Array(n).fill(1);
  const { fanIn, fanOut } = fans(shape);
  if (init === 'glorot') {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    return Float32Array.from({ length: n }, () => rng.between(-limit, limit));
  }
  if (init === 'he') {
    const scale = Math.sqrt(2 / fanIn);
    return Float32Array.from({ length: n }, () => scale * rng.normal());
  }
  if ('normal' in init) {
    const { normal, mean = 0 } = init;
    return Float32Array.from({ length: n }, () => mean + normal * rng.normal());
  }
  const { uniform, mean = 0 } = init;
  return Float32Array.from({ length: n }, () => rng.between(mean - uniform, mean + uniform));
}

/** The residual, if any, and the activation behind it. */
function activated(activation: DenseOptions['activation'], before: Tensor, residual?: Tensor): Tensor {
  const y = residual ? tf.add(before, residual) : before;
  if (activation === 'relu') return tf.relu(y);
  return activation === 'gelu' ? gelu(y) : y;
}

const convSize = (n: number, kernel: number, stride: number, padding: 'same' | 'valid') =>
  padding === 'same' ? Math.ceil(n / stride) : Math.floor((n - kernel) / stride) + 1;

/** Builds one network. `training` and `updateStatistics` are set by the trainer before each forward pass. */
export class NetworkBuild implements Build {
  training = true;
  /** False while a forward pass is repeated on the same batch. */
  updateStatistics = true;
  /** Changes to the running pass; set by the trainer as well. */
  hooks: Hooks | undefined;
  multiplyAdds = 0;
  /** What the optimiser trains, by name, in order of creation. */
  readonly weights = new Map<string, Variable>();
  /** Kept and saved, not trained. */
  readonly states = new Map<string, Variable>();
  /** Names of the states that are running statistics. */
  readonly statistics = new Set<string>();
  /** Dense and convolution layers by name. */
  readonly linear = new Map<string, LinearLayer>();
  private readonly seed: number;
  private readonly scope: string;

  /** @param scope separates the random streams of networks with one seed, and names the variables. */
  constructor(seed: number, scope: string) {
    this.seed = seed;
    this.scope = scope;
  }

  get parameters(): number {
    let n = 0;
    for (const weight of this.weights.values()) n += weight.size;
    return n;
  }

  count(multiplyAdds: number): void {
    this.multiplyAdds += multiplyAdds;
  }

  weight(name: string, shape: Shape, init: Init): Variable {
    if (this.weights.has(name)) throw new Error(`Two weights are called '${name}' in ${this.scope}.`);
    const values = initialValues(shape, init, new Rng(this.seed, `${this.scope}/${name}`));
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32'), true));
    this.weights.set(name, variable);
    return variable;
  }

  state(name: string, shape: Shape, value: number): Variable {
    if (this.states.has(name)) throw new Error(`Two states are called '${name}' in ${this.scope}.`);
    const values = new Float32Array(product(shape)).fill(value);
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32'), false));
    this.states.set(name, variable);
    return variable;
  }

  tap<T extends Tensor>(name: string, x: T): T {
    return (this.hooks?.tap?.(name, x) ?? x) as T;
  }

  layer(name: string, x: Tensor, y: Tensor): Tensor {
    return this.hooks?.layer?.(name, x, y) ?? y;
  }

  conv(name: string, input: Shape, filters: number, options: ConvOptions = {}): Layer {
    const { kernel = 3, stride = 1, padding = 'same', bias = false } = options;
    const [h = 1, w = 1, c = 1] = input;
    const filter = this.weight(`${name}/filter`, [kernel, kernel, c, filters], 'he');
    const shift = bias ? this.weight(`${name}/bias`, [filters], 'zeros') : undefined;
    const out = [convSize(h, kernel, stride, padding), convSize(w, kernel, stride, padding), filters];
    this.count(product(out) * kernel * kernel * c);
    this.linear.set(name, {
      ...kernelMatrix(name, 'filter', filter.shape, { bias }),
      apply: (x, k) => conv(x as Tensor4D, tf.reshape(k, [kernel, kernel, c, -1]), stride, padding),
    });
    return layer(out, (x) => {
      const y = conv(x as Tensor4D, filter, stride, padding);
      return this.layer(name, x, shift ? tf.add(y, shift) : y);
    });
  }

  upConv(name: string, input: Shape, filters: number): Layer {
    const [h = 1, w = 1, c = 1] = input;
    const filter = this.weight(`${name}/filter`, [4, 4, filters, c], { normal: Math.sqrt(2 / (4 * c)) });
    const out = [2 * h, 2 * w, filters];
    this.count(product(out) * 4 * c);
    const run = (x: Tensor) =>
      tf.conv2dTranspose(
        x as Tensor4D,
        filter as Variable & Tensor4D,
        [x.shape[0] as number, 2 * h, 2 * w, filters],
        2,
        'same',
      );
    return layer(out, (x) => this.layer(name, x, run(x)));
  }

  depthwise(name: string, input: Shape, options: { kernel?: number; stride?: number } = {}): Layer {
    const { kernel = 3, stride = 1 } = options;
    const [h = 1, w = 1, c = 1] = input;
    const filter = this.weight(`${name}/filter`, [kernel, kernel, c, 1], {
      normal: Math.sqrt(2 / (kernel * kernel)),
    });
    const out = [Math.ceil(h / stride), Math.ceil(w / stride), c];
    this.count(product(out) * kernel * kernel);
    this.linear.set(name, {
      ...kernelMatrix(name, 'filter', [kernel, kernel, c], { depthwise: true }),
      apply: (x, k) => depthwise(x as Tensor4D, tf.reshape(k, filter.shape), stride),
    });
    return layer(out, (x) => this.layer(name, x, depthwise(x as Tensor4D, filter, stride)));
  }

  dense(name: string, input: Shape, units: number, options: DenseOptions = {}): JoiningLayer {
    const { bias = true, activation = 'linear', init = activation === 'linear' ? 'glorot' : 'he' } = options;
    const width = input.at(-1) as number;
    const weight = this.weight(`${name}/weight`, [width, units], init);
    const shift = bias ? this.weight(`${name}/bias`, [units], 'zeros') : undefined;
    const out = [...input.slice(0, -1), units];
    this.count(product(out) * width);
    const rowsOf = (x: Tensor) => (x.rank === 2 ? x : tf.reshape(x, [-1, width])) as Tensor2D;
    this.linear.set(name, {
      ...kernelMatrix(name, 'weight', weight.shape, { bias }),
      apply: (x, k) => tf.reshape(tf.matMul(rowsOf(x), k as Tensor2D), [...x.shape.slice(0, -1), -1]),
    });
    const flat = (y: Tensor | undefined) => y && (y.rank === 2 ? y : tf.reshape(y, [-1, units]));
    return joining(out, (x, residual) => {
      const rows = rowsOf(x);
      const like = (y: Tensor) => (x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), units]));
      if (this.hooks?.layer)
        return activated(activation, this.layer(name, x, like(dense(rows, weight, shift, false))), residual);
      const y = dense(rows, weight, shift, activation === 'relu', flat(residual) as Tensor2D | undefined);
      return like(activation === 'gelu' ? gelu(y) : y);
    });
  }

  batchNorm(name: string, input: Shape, options: { relu?: boolean; affine?: boolean } = {}): JoiningLayer {
    const { relu = false, affine = true } = options;
    const channels = input.at(-1) as number;
    const scale = affine ? this.weight(`${name}/scale`, [channels], 'ones') : undefined;
    const shift = affine ? this.weight(`${name}/shift`, [channels], 'zeros') : undefined;
    for (const kind of ['mean', 'variance']) this.statistics.add(`${name}/${kind}`);
    const running = {
      mean: this.state(`${name}/mean`, [channels], 0),
      variance: this.state(`${name}/variance`, [channels], 1),
    };
    const run = (x: Tensor, residual?: Tensor): Tensor => {
      const { training, updateStatistics: update } = this;
      if (!this.hooks?.layer)
        return batchNorm(x, scale, shift, running, { training, relu, residual, update });
      const y = this.layer(name, x, batchNorm(x, scale, shift, running, { training, relu: false, update }));
      return activated(relu ? 'relu' : 'linear', y, residual);
    };
    return joining(input, run);
  }

  layerNorm(name: string, input: Shape): Layer {
    const width = input.at(-1) as number;
    const scale = this.weight(`${name}/scale`, [width], 'ones');
    const shift = this.weight(`${name}/shift`, [width], 'zeros');
    return layer(input, (x) => this.layer(name, x, layerNorm(x, scale, shift)));
  }

  attention(name: string, input: Shape, heads: number): JoiningLayer {
    const [tokens = 1, width = 1] = input;
    if (width % heads) throw new Error(`Width ${width} of '${name}' does not divide into ${heads} heads.`);
    const qkv = this.dense(`${name}/qkv`, input, 3 * width);
    const out = this.dense(`${name}/out`, input, width);
    this.count(2 * tokens * tokens * width);
    return joining(input, (x, residual) => out(attention(qkv(x) as Tensor3D, heads), residual));
  }

  /** Every tensor of the network by name, weights first. */
  entries(): [string, Variable][] {
    return [...this.weights, ...this.states];
  }

  dispose(): void {
    for (const [, variable] of this.entries()) variable.dispose();
    this.weights.clear();
    this.states.clear();
  }
}
