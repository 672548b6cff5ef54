/** The plug-ins' layers, drawn instead of computed: weights become named nodes, layers become what they compute. */
import { kernelMatrix } from '../../core/kernel-matrix';
import type {
  Build,
  Hooks,
  Init,
  JoiningLayer,
  Layer,
  LinearLayer,
  Shape,
  Tensor,
  Variable,
} from '../../engine/types';
import { type Node, node } from './graph';
import {
  add,
  constant,
  conv,
  gelu,
  matMul,
  mean,
  mul,
  reshape,
  softmax,
  split,
  sub,
  transpose,
  unary,
} from './ops';
import { samePads, windowed } from './shapes';

const EPSILON = 1e-5;

type Run = (x: Node) => Node;
const layer = (out: Shape, run: Run): Layer =>
  Object.assign(run as unknown as (x: Tensor) => Tensor, { out });
type Join = (x: Node, residual?: Node) => Node;
const joining = (out: Shape, run: Join): JoiningLayer =>
  Object.assign(run as unknown as (x: Tensor, residual?: Tensor) => Tensor, { out });
const nodes = (made: JoiningLayer): Join => made as unknown as Join;
const joined = (y: Node, residual: Node | undefined): Node => (residual ? add(y, residual) : y);
const applied = (run: (x: Node, kernel: Node) => Node) => run as unknown as LinearLayer['apply'];

export class DrawnBuild implements Build {
  readonly training = false;
  readonly multiplyAdds = 0;
  /** Changes to the pass that is drawn. */
  hooks: Hooks | undefined;
  /** Every weight and state, by name. */
  readonly weights = new Map<string, Node>();
  /** Dense and convolution layers by name. */
  readonly linear = new Map<string, LinearLayer>();
  private readonly prefix: string;

  /** @param prefix of the names under which the weights are saved. */
  constructor(prefix = '') {
    this.prefix = prefix;
  }

  count(): void {}

  private named(name: string, shape: Shape): Node {
    const made = node({ op: 'weight', name: `${this.prefix}${name}` }, [], shape);
    this.weights.set(name, made);
    return made;
  }

  weight(name: string, shape: Shape, _init?: Init): Variable {
    return this.named(name, shape) as unknown as Variable;
  }

  state(name: string, shape: Shape, _value?: number): Variable {
    return this.named(name, shape) as unknown as Variable;
  }

  tap<T extends Tensor>(name: string, x: T): T {
    return (this.hooks?.tap?.(name, x) ?? x) as T;
  }

  layer(name: string, x: Tensor, y: Tensor): Tensor {
    return this.hooks?.layer?.(name, x, y) ?? y;
  }

  private hooked(name: string, x: Node, y: Node): Node {
    return this.layer(name, x as unknown as Tensor, y as unknown as Tensor) as unknown as Node;
  }

  conv(name: string, input: Shape, filters: number, options: Parameters<Build['conv']>[3] = {}): Layer {
    const { kernel = 3, stride = 1, padding = 'same', bias = false } = options;
    const filter = this.named(`${name}/filter`, [kernel, kernel, input.at(-1) as number, filters]);
    const shift = bias ? this.named(`${name}/bias`, [filters]) : undefined;
    this.linear.set(name, {
      ...kernelMatrix(name, 'filter', filter.shape, { bias }),
      apply: applied((x, k) => conv(x, reshape(k, [...filter.shape.slice(0, -1), -1]), stride, padding)),
    });
    const run: Run = (x) => {
      const y = conv(x, filter, stride, padding);
      return this.hooked(name, x, shift ? add(y, shift) : y);
    };
    return layer(run(node({ op: 'input' }, [], [-1, ...input])).shape.slice(1), run);
  }

  upConv(): Layer {
    throw new Error('It enlarges maps, which these formats are not written for.');
  }

  depthwise(name: string, input: Shape, options: Parameters<Build['depthwise']>[2] = {}): Layer {
    const { kernel = 3, stride = 1 } = options;
    const channels = input.at(-1) as number;
    const filter = this.named(`${name}/filter`, [kernel, kernel, channels, 1]);
    const pads = samePads(input, [kernel, kernel], stride);
    const out = [...windowed(input, [kernel, kernel], stride, pads), channels];
    const filtered = (x: Node, k: Node) => node({ op: 'depthwise', stride, pads }, [x, k], [-1, ...out]);
    this.linear.set(name, {
      ...kernelMatrix(name, 'filter', [kernel, kernel, channels], { depthwise: true }),
      apply: applied((x, k) => filtered(x, reshape(k, filter.shape))),
    });
    return layer(out, (x) =>
      this.hooked(name, x, node({ op: 'depthwise', stride, pads }, [x, filter], [-1, ...out])),
    );
  }

  dense(
    name: string,
    input: Shape,
    units: number,
    options: Parameters<Build['dense']>[3] = {},
  ): JoiningLayer {
    const { bias = true, activation = 'linear' } = options;
    const width = input.at(-1) as number;
    const weight = this.named(`${name}/weight`, [width, units]);
    const shift = bias ? this.named(`${name}/bias`, [units]) : undefined;
    const rowsOf = (x: Node) => (x.rank === 2 ? x : reshape(x, [-1, width]));
    this.linear.set(name, {
      ...kernelMatrix(name, 'weight', weight.shape, { bias }),
      apply: applied((x, k) => reshape(matMul(rowsOf(x), k), [...x.shape.slice(0, -1), k.shape[1] ?? 1])),
    });
    return joining([...input.slice(0, -1), units], (x, residual) => {
      const rows = rowsOf(x);
      let y = matMul(rows, weight);
      if (shift) y = add(y, shift);
      y = this.hooked(name, x, x.rank === 2 ? y : reshape(y, [...x.shape.slice(0, -1), units]));
      y = joined(y, residual);
      if (activation === 'relu') return unary('relu')(y);
      return activation === 'gelu' ? gelu(y) : y;
    });
  }

  batchNorm(name: string, input: Shape, options: Parameters<Build['batchNorm']>[2] = {}): JoiningLayer {
    const { relu = false, affine = true } = options;
    const size = [input.at(-1) as number];
    const filled = (value: number) => constant(new Array<number>(size[0] as number).fill(value), size);
    const parts = [
      affine ? this.named(`${name}/scale`, size) : filled(1),
      affine ? this.named(`${name}/shift`, size) : filled(0),
      this.named(`${name}/mean`, size),
      this.named(`${name}/variance`, size),
    ];
    return joining(input, (x, residual) => {
      const normed = this.hooked(
        name,
        x,
        node({ op: 'batchNorm', epsilon: EPSILON }, [x, ...parts], x.shape),
      );
      const y = joined(normed, residual);
      return relu ? unary('relu')(y) : y;
    });
  }

  layerNorm(name: string, input: Shape): Layer {
    const width = input.at(-1) as number;
    const scale = this.named(`${name}/scale`, [width]);
    const shift = this.named(`${name}/shift`, [width]);
    return layer(input, (x) => {
      const centred = sub(x, mean(x, -1, true));
      const variance = mean(unary('square')(centred), -1, true);
      const scaled = mul(mul(centred, unary('rsqrt')(add(variance, EPSILON))), scale);
      return this.hooked(name, x, add(scaled, shift));
    });
  }

  attention(name: string, input: Shape, heads: number): JoiningLayer {
    const [tokens = 1, width = 1] = input;
    const qkv = nodes(this.dense(`${name}/qkv`, input, 3 * width));
    const out = nodes(this.dense(`${name}/out`, input, width));
    const size = width / heads;
    return joining(input, (x, residual) => {
      const [q, k, v] = split(qkv(x), 3, 2).map((part) =>
        transpose(reshape(part, [-1, tokens, heads, size]), [0, 2, 1, 3]),
      ) as [Node, Node, Node];
      const scores = mul(matMul(q, k, false, true), 1 / Math.sqrt(size));
      const mixed = matMul(softmax(scores), v);
      return out(reshape(transpose(mixed, [0, 2, 1, 3]), [-1, tokens, width]), residual);
    });
  }
}
