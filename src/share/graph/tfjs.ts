/**
 * Writes a graph as a TensorFlow.js graph model: a GraphDef as JSON and the weights as one run of bytes
 * (https://www.tensorflow.org/js/guide/save_load; operations as in tfjs-converter's `op_list`).
 */
import type { Graph, Node, Operation } from './graph';
import type { Weights } from './onnx';

type Attribute = Readonly<Record<string, unknown>>;

interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, Attribute>>;
}

interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

const FLOAT = { type: 'DT_FLOAT' };
const INT = { type: 'DT_INT32' };
const text = (value: string): Attribute => ({ s: btoa(value) });
const flag = (b: boolean): Attribute => ({ b });
const list = (...values: number[]): Attribute => ({ list: { i: values.map(String) } });
const sizes = (shape: readonly number[]): Attribute => ({
  shape: { dim: shape.map((n) => ({ size: String(n) })) },
});

const UNARY = {
  ...{ abs: 'Abs', erf: 'Erf', exp: 'Exp', log: 'Log', neg: 'Neg', relu: 'Relu', rsqrt: 'Rsqrt' },
  ...{ sigmoid: 'Sigmoid', sqrt: 'Sqrt', square: 'Square', tanh: 'Tanh' },
} as const;
const BINARY = {
  ...{ add: 'AddV2', div: 'RealDiv', maximum: 'Maximum', minimum: 'Minimum', mul: 'Mul', sub: 'Sub' },
} as const;
const REDUCE = { max: 'Max', mean: 'Mean', sum: 'Sum' } as const;

/** What the file `weights.bin` is called in the model, and beside it. */
export const WEIGHTS_FILE = 'weights.bin';

class Writer {
  readonly nodes: NodeDef[] = [];
  readonly specs: WeightSpec[] = [];
  readonly data: ArrayLike<number>[] = [];
  private readonly names = new Map<Node, string>();
  private readonly weights: Weights;
  private count = 0;

  constructor(weights: Weights) {
    this.weights = weights;
  }

  give(to: Node, name: string): void {
    this.names.set(to, name);
  }

  name = (of: Node): string => this.names.get(of)!;

  private held(
    name: string,
    shape: readonly number[],
    data: ArrayLike<number>,
    dtype: WeightSpec['dtype'],
  ): string {
    const type = dtype === 'int32' ? INT : FLOAT;
    this.nodes.push({
      name,
      op: 'Const',
      attr: { dtype: type, value: { tensor: { dtype: type.type, tensorShape: sizes(shape)['shape'] } } },
    });
    this.specs.push({ name, shape, dtype });
    this.data.push(data);
    return name;
  }

  private whole = (data: readonly number[], shape: readonly number[] = [data.length]): string =>
    this.held(`sizes_${++this.count}`, shape, data, 'int32');

  private float = (data: readonly number[], shape: readonly number[]): string =>
    this.held(`constant_${++this.count}`, shape, data, 'float32');

  emit(
    op: string,
    input: readonly string[],
    attr: Readonly<Record<string, Attribute>> = {},
    name = `${op}_${++this.count}`,
  ): string {
    this.nodes.push({ name, op, input, attr: { T: FLOAT, ...attr } });
    return name;
  }

  add(at: Node): void {
    if (at.operation.op === 'input') return;
    this.give(
      at,
      this.write(
        at.operation,
        at,
        at.inputs.map((x) => this.name(x)),
      ),
    );
  }

  private window(padding: string, stride: number): Record<string, Attribute> {
    return {
      strides: list(1, stride, stride, 1),
      padding: text(padding),
      data_format: text('NHWC'),
      dilations: list(1, 1, 1, 1),
    };
  }

  private write(o: Exclude<Operation, { op: 'input' }>, at: Node, names: readonly string[]): string {
    const [x = '', y = ''] = names;
    switch (o.op) {
      case 'weight':
        return this.held(o.name, at.shape, this.weights.get(o.name)!, 'float32');
      case 'constant':
        return this.float(o.data, at.shape);
      case 'unary':
        return this.emit(UNARY[o.fn], [x]);
      case 'binary':
        return this.emit(BINARY[o.fn], [x, y]);
      case 'clip':
        return this.emit('ClipByValue', [x, this.float([o.min], []), this.float([o.max], [])]);
      case 'reduce':
        return this.emit(REDUCE[o.fn], [x, this.whole(o.axes)], { keep_dims: flag(o.keep) });
      case 'conv':
        return this.emit('Conv2D', [x, y], this.window(o.padding.toUpperCase(), o.stride));
      case 'depthwise':
        return this.emit('DepthwiseConv2dNative', [x, y], this.window('SAME', o.stride));
      case 'pool': {
        const attr = { ...this.window('SAME', 2), ksize: list(1, 2, 2, 1) };
        return this.emit(o.fn === 'max' ? 'MaxPool' : 'AvgPool', [x], attr);
      }
      case 'batchNorm':
        return this.emit('FusedBatchNormV3', names, {
          epsilon: { f: o.epsilon },
          is_training: flag(false),
          data_format: text('NHWC'),
        });
      default:
        return this.shaped(o, at, names);
    }
  }

  /** Operations that are about shapes, and the rest. */
  private shaped(
    o: Extract<
      Operation,
      { op: 'reshape' | 'transpose' | 'concat' | 'slice' | 'pad' | 'matMul' | 'softmax' | 'largest' }
    >,
    at: Node,
    names: readonly string[],
  ): string {
    const [x = '', y = ''] = names;
    switch (o.op) {
      case 'reshape':
        return this.emit('Reshape', [x, this.whole(o.to)]);
      case 'transpose':
        return this.emit('Transpose', [x, this.whole(o.order)]);
      case 'concat':
        return this.emit('ConcatV2', [...names, this.whole([o.axis], [])], {
          N: { i: String(names.length) },
        });
      case 'slice':
        return this.emit('Slice', [x, this.whole(o.begin), this.whole(o.size)]);
      case 'pad':
        return this.emit('Pad', [x, this.whole(o.around.flat(), [o.around.length, 2])]);
      case 'matMul':
        if (at.inputs.every(({ rank }) => rank === 2))
          return this.emit('MatMul', [x, y], {
            transpose_a: flag(o.transposeA),
            transpose_b: flag(o.transposeB),
          });
        return this.emit('BatchMatMulV2', [x, y], { adj_x: flag(o.transposeA), adj_y: flag(o.transposeB) });
      case 'softmax':
        return this.emit('Softmax', [x]);
      case 'largest': {
        const place = this.emit('ArgMax', [x, this.whole([at.rank - 1], [])]);
        const classes = this.whole([at.shape.at(-1) as number], []);
        return this.emit('OneHot', [place, classes, this.float([1], []), this.float([0], [])], {
          axis: { i: '-1' },
        });
      }
    }
  }
}

/** Little-endian, whatever the machine. */
function bytesOf(specs: readonly WeightSpec[], data: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(4 * data.reduce((n, { length }) => n + length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  data.forEach((values, i) => {
    for (let j = 0; j < values.length; j++, at += 4)
      if (specs[i]?.dtype === 'int32') view.setInt32(at, values[j] as number, true);
      else view.setFloat32(at, values[j] as number, true);
  });
  return out;
}

/** Both files of a graph model. Input `pixels` and output `logits` are those of the ONNX file. */
export function writeGraphModel(
  graph: Graph,
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
): { readonly json: string; readonly bytes: Uint8Array<ArrayBuffer> } {
  const writer = new Writer(weights);
  const shape = sizes(graph.input.shape);
  writer.nodes.push({ name: 'pixels', op: 'Placeholder', attr: { dtype: FLOAT, shape } });
  writer.give(graph.input, 'pixels');
  for (const each of graph.nodes) writer.add(each);
  writer.emit('Identity', [writer.name(graph.output)], {}, 'logits');
  const tensor = (name: string, of: readonly number[]) => ({
    name: `${name}:0`,
    dtype: 'DT_FLOAT',
    tensorShape: sizes(of)['shape'],
  });
  const model = {
    format: 'graph-model',
    generatedBy: 'Condenser',
    convertedBy: null,
    signature: {
      inputs: { pixels: tensor('pixels', graph.input.shape) },
      outputs: { logits: tensor('logits', graph.output.shape) },
    },
    userDefinedMetadata: metadata,
    modelTopology: { node: writer.nodes, library: {}, versions: { producer: 1 } },
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: writer.specs }],
  };
  return { json: JSON.stringify(model), bytes: bytesOf(writer.specs, writer.data) };
}
