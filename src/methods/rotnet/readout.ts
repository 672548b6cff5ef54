/** What reads the frozen features, in the three forms of the released code. */
import type { Build, NetOutput, Ops, Shape, Tensor, Tensor2D, Tensor4D } from '../../engine/types';
import { mapShape, type TapShapes } from '../kit';

export interface Form {
  readonly readout: 'linear' | 'mlp' | 'conv';
  /** Inner layer that is read, counted from the input; 0: the embedding. The last one if there are fewer. */
  readonly layer: number;
}

export type Readout = (ops: Ops, student: NetOutput) => Tensor2D;

type Reader = (ops: Ops, map: Tensor4D) => Tensor;

/** Larger maps are averaged down to this side before they are flattened. */
const SIDE = 4;
/** Hidden units of the non-linear form for each class, and at most. */
const [UNITS, MOST] = [20, 2048];

/** Three convolutions of the map's own width, 3x3 and twice 1x1, then the mean over the map and a linear layer. */
function convolving(build: Build, from: Shape, classes: number): Reader {
  const width = from.at(-1) as number;
  const layers = [3, 1, 1].map((kernel, i) => {
    const conv = build.conv(`readout/${i + 1}`, from, width, { kernel });
    const norm = build.batchNorm(`readout/${i + 1}/norm`, conv.out, { relu: true });
    return (x: Tensor) => norm(conv(x));
  });
  const head = build.dense('readout/head', [width], classes);
  return (ops, map) => head(ops.globalAveragePool(layers.reduce((x: Tensor, layer) => layer(x), map)));
}

/** The flattened map, normalised, through hidden layers and a linear one. @param hidden units of each. */
function flat(build: Build, from: Shape, classes: number, hidden: readonly number[]): Reader {
  const [h = 1, w = 1, c = 1] = from;
  const side = [Math.min(h, SIDE), Math.min(w, SIDE)] as const;
  const norm = build.batchNorm('readout/norm', [side[0] * side[1] * c], { affine: false });
  let out: Shape = [side[0] * side[1] * c];
  const layers = hidden.map((units, i) => {
    const dense = build.dense(`readout/${i + 1}`, out, units, { bias: false, init: 'he' });
    const after = build.batchNorm(`readout/${i + 1}/norm`, dense.out, { relu: true });
    out = dense.out;
    return (x: Tensor) => after(dense(x));
  });
  const head = build.dense('readout/head', out, classes);
  return (ops, map) => {
    const features = norm(ops.flatten(ops.poolTo(map, ...side)));
    return head(layers.reduce((x: Tensor, layer) => layer(x), features));
  };
}

/** A readout of one layer. No gradient reaches what it reads. */
export function readoutOf(
  build: Build,
  { readout, layer }: Form,
  { taps, embedding }: TapShapes,
  classes: number,
): Readout {
  const at = <X>(from: Readonly<Record<string, X>>): X =>
    (Object.values(from)[layer - 1] ?? Object.values(from).at(-1)) as X;
  const shape = layer === 0 ? [1, 1, embedding] : mapShape(at(taps));
  const units = Math.min(UNITS * classes, MOST);
  const read =
    readout === 'conv'
      ? convolving(build, shape, classes)
      : flat(build, shape, classes, readout === 'mlp' ? [units, units] : []);
  return (ops, student) => {
    const features = ops.stopGradient(layer === 0 ? student.embedding : at(student.taps));
    const map = layer === 0 ? ops.reshape(features, [-1, 1, 1, embedding]) : ops.toMap(features);
    return read(ops, map as Tensor4D) as Tensor2D;
  };
}
