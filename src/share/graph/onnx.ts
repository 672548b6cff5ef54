/**
 * Writes a graph as ONNX, opset 17 (https://onnx.ai/onnx/operators). ONNX convolves `[batch, channels, height,
 * width]`: maps stay in that layout from one convolution to the next, and are turned where they leave it.
 */
import type { Graph, Node, Operation, Pads } from './graph';
import { type Attribute, FLOAT, INT64, modelProto, nodeProto, tensorProto, valueProto } from './onnx-proto';
import { Message } from './protobuf';

const UNARY = {
  ...{ abs: 'Abs', erf: 'Erf', exp: 'Exp', log: 'Log', neg: 'Neg', relu: 'Relu', sigmoid: 'Sigmoid' },
  ...{ sqrt: 'Sqrt', tanh: 'Tanh' },
} as const;
const BINARY = {
  ...{ add: 'Add', div: 'Div', maximum: 'Max', minimum: 'Min', mul: 'Mul', sub: 'Sub' },
} as const;

/** A value as `[batch, channels, height, width]` (first) or as the graph has it (last). */
type Layout = 'first' | 'last';
const TURN: Readonly<Record<Layout, readonly number[]>> = { first: [0, 3, 1, 2], last: [0, 2, 3, 1] };

/** Of a value that was just written. */
type Named = readonly [name: string, layout: Layout];

export type Weights = ReadonlyMap<string, ArrayLike<number>>;

/** `data` of `shape` with its axes in another order, row-major. */
export function permuted(
  data: ArrayLike<number>,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const steps = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const sizes = order.map((i) => shape[i] as number);
  const place = new Array<number>(order.length).fill(0);
  return Float32Array.from({ length: data.length }, () => {
    const from = order.reduce((sum, axis, i) => sum + (place[i] as number) * (steps[axis] as number), 0);
    for (let i = order.length - 1; i >= 0; i--) {
      place[i] = ((place[i] as number) + 1) % (sizes[i] as number);
      if (place[i] !== 0) break;
    }
    return data[from] as number;
  });
}

class Writer {
  readonly nodes: Message[] = [];
  readonly initializers: Message[] = [];
  private readonly names = new Map<Node, Partial<Record<Layout, string>>>();
  private readonly weights: Weights;
  private count = 0;

  constructor(weights: Weights) {
    this.weights = weights;
  }

  give(to: Node, name: string, layout: Layout = 'last'): void {
    this.names.set(to, { [layout]: name });
  }

  /** The name of a value in a layout; writes a weight, or turns a value, when first asked. */
  name(of: Node, layout: Layout = 'last'): string {
    if (of.operation.op === 'weight' && !this.names.has(of))
      this.give(of, this.parameter(of.operation.name, of.shape, this.weights.get(of.operation.name)!));
    const made = this.names.get(of)!;
    made[layout] ??= this.emit('Transpose', [(made.first ?? made.last)!], { perm: TURN[layout] });
    return made[layout];
  }

  private parameter(name: string, shape: readonly number[], data: ArrayLike<number>): string {
    this.initializers.push(tensorProto(name, shape, data, FLOAT));
    return name;
  }

  private floats = (data: readonly number[], shape: readonly number[]): string =>
    this.parameter(`constant_${++this.count}`, shape, data);

  private whole(data: readonly number[]): string {
    const name = `sizes_${++this.count}`;
    this.initializers.push(tensorProto(name, [data.length], data, INT64));
    return name;
  }

  emit(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    name = `${type.toLowerCase()}_${++this.count}`,
  ): string {
    this.nodes.push(nodeProto(type, inputs, name, attributes));
    return name;
  }

  /** Filter `[h, w, in, out]` as `[out, in, h, w]`; a depthwise one `[h, w, c, 1]` as `[c, 1, h, w]`. */
  private filter(of: Node, depthwise: boolean): string {
    const order = depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1];
    const { operation: o, shape } = of;
    if (o.op !== 'weight') return this.emit('Transpose', [this.name(of)], { perm: order });
    const sizes = order.map((i) => shape[i] as number);
    return this.parameter(o.name, sizes, permuted(this.weights.get(o.name)!, shape, order));
  }

  private window = ({ top, left, bottom, right }: Pads, kernel: readonly number[], stride: number) => ({
    kernel_shape: kernel,
    strides: [stride, stride],
    pads: [top, left, bottom, right],
  });

  private convolution(at: Node, stride: number, pads: Pads, depthwise: boolean): Named {
    const [x, filter] = at.inputs as [Node, Node];
    const group = depthwise ? (x.shape[3] as number) : 1;
    const attributes = { ...this.window(pads, filter.shape.slice(0, 2), stride), group };
    const inputs = [this.name(x, 'first'), this.filter(filter, depthwise)];
    return [this.emit('Conv', inputs, attributes), 'first'];
  }

  /** Element by element, in the layout that the operands are in. */
  private pointwise(at: Node, write: (names: readonly string[]) => string): Named {
    const alike = at.inputs.every(({ shape }) => shape.join() === at.shape.join());
    const turned = at.rank === 4 && alike && at.inputs.some((x) => this.names.get(x)?.first);
    const layout = turned ? 'first' : 'last';
    return [write(at.inputs.map((x) => this.name(x, layout))), layout];
  }

  private batchNorm(at: Node, epsilon: number): Named {
    const [x, ...parts] = at.inputs as [Node, ...Node[]];
    // Channels stand on axis 1, which is the last one of rows.
    const layout = at.rank === 4 ? 'first' : 'last';
    const names = [this.name(x, layout), ...parts.map((part) => this.name(part))];
    return [this.emit('BatchNormalization', names, { epsilon: { float: epsilon } }), layout];
  }

  add(at: Node): void {
    const { operation } = at;
    if (operation.op !== 'input' && operation.op !== 'weight') this.give(at, ...this.write(operation, at));
  }

  private write(o: Exclude<Operation, { op: 'input' | 'weight' }>, at: Node): Named {
    const { inputs } = at;
    switch (o.op) {
      case 'unary':
        return this.pointwise(at, ([x]) => this.unary(o.fn, x!));
      case 'binary':
        return this.pointwise(at, (names) => this.emit(BINARY[o.fn], names));
      case 'conv':
        return this.convolution(at, o.stride, o.pads, false);
      case 'depthwise':
        return this.convolution(at, o.stride, o.pads, true);
      case 'pool': {
        const type = o.fn === 'max' ? 'MaxPool' : 'AveragePool';
        return [this.emit(type, [this.name(inputs[0]!, 'first')], this.window(o.pads, [2, 2], 2)), 'first'];
      }
      case 'batchNorm':
        return this.batchNorm(at, o.epsilon);
      default: {
        const names = inputs.map((x) => this.name(x));
        return [this.plain(o, names, at), 'last'];
      }
    }
  }

  private unary(fn: Extract<Operation, { op: 'unary' }>['fn'], x: string): string {
    if (fn === 'square') return this.emit('Mul', [x, x]);
    if (fn === 'rsqrt') return this.emit('Reciprocal', [this.emit('Sqrt', [x])]);
    return this.emit(UNARY[fn], [x]);
  }

  /** Operations that know nothing of layouts. */
  private plain(
    o: Exclude<
      Operation,
      { op: 'input' | 'weight' | 'unary' | 'binary' | 'conv' | 'depthwise' | 'pool' | 'batchNorm' }
    >,
    names: readonly string[],
    at: Node,
  ): string {
    const [x = '', y = ''] = names;
    switch (o.op) {
      case 'constant':
        return this.floats(o.data, at.shape);
      case 'clip':
        return this.emit('Clip', [x, this.floats([o.min], []), this.floats([o.max], [])]);
      case 'reduce': {
        const keepdims = o.keep ? 1 : 0;
        if (o.fn === 'sum') return this.emit('ReduceSum', [x, this.whole(o.axes)], { keepdims });
        return this.emit(o.fn === 'mean' ? 'ReduceMean' : 'ReduceMax', [x], { axes: o.axes, keepdims });
      }
      case 'reshape':
        return this.emit('Reshape', [x, this.whole(o.to)]);
      case 'transpose':
        return this.emit('Transpose', [x], { perm: o.order });
      case 'concat':
        return this.emit('Concat', names, { axis: o.axis });
      case 'slice': {
        const ends = o.begin.map((from, i) =>
          (o.size[i] as number) < 0 ? 2 ** 31 - 1 : from + (o.size[i] as number),
        );
        const axes = o.begin.map((_, i) => i);
        return this.emit('Slice', [x, this.whole(o.begin), this.whole(ends), this.whole(axes)]);
      }
      case 'pad':
        return this.emit('Pad', [
          x,
          this.whole([...o.around.map(([a]) => a), ...o.around.map(([, b]) => b)]),
        ]);
      case 'matMul':
        return this.emit('MatMul', [
          this.turned(x, at.inputs[0]!, o.transposeA),
          this.turned(y, at.inputs[1]!, o.transposeB),
        ]);
      case 'softmax':
        return this.emit('Softmax', [x], { axis: -1 });
      case 'largest': {
        const classes = at.shape.at(-1) as number;
        const place = this.emit('ArgMax', [x], { axis: -1, keepdims: 0 });
        return this.emit('OneHot', [place, this.whole([classes]), this.floats([0, 1], [2])], { axis: -1 });
      }
    }
  }

  /** Rows and columns exchanged, where a product asks for it. */
  private turned(name: string, of: Node, turn: boolean): string {
    if (!turn) return name;
    const perm = of.shape.map((_, i) => i);
    perm.push(perm.splice(-2, 1)[0] as number);
    return this.emit('Transpose', [name], { perm });
  }
}

/**
 * The bytes of an ONNX file: input `pixels`, float32 from 0 to 255, `[batch, height, width, channels]`; output
 * `logits`, `[batch, classes]`. The weights keep their names, the filters change their order of axes.
 */
export function writeOnnx(
  graph: Graph,
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const writer = new Writer(weights);
  writer.give(graph.input, 'pixels');
  for (const each of graph.nodes) writer.add(each);
  writer.emit('Identity', [writer.name(graph.output)], {}, 'logits');
  const out = new Message();
  for (const each of writer.nodes) out.message(1, each);
  out.text(2, 'network');
  for (const each of writer.initializers) out.message(5, each);
  out.message(11, valueProto('pixels', graph.input.shape));
  out.message(12, valueProto('logits', graph.output.shape));
  return modelProto(out, metadata).finish();
}
