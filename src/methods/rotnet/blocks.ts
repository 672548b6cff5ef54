/** How well classes can be read from each layer of the student as it is: a linear readout of frozen features. */
import type { NetOutput, Ops, Tensor2D } from '../../engine/types';
import type { Midway } from '../kit';
import { combine, dot, gram, solve, type Vector } from '../kit/algebra';

/** Training images that the readouts learn from, and how many of them go through the network at once. */
const [IMAGES, AT_ONCE] = [400, 100];
/** Maps are averaged down to at most so many cells a side, and to so many numbers where channels allow. */
const [SIDE, NUMBERS] = [4, 256];
/** Weight of the readout's squared length for each image; features have spread 1. */
const RIDGE = 0.1;

/** Layers from the input on, the embedding last, each as `[n, numbers]`: of about one size, so that depth decides. */
export function layersOf(ops: Ops, { taps, embedding }: Pick<NetOutput, 'taps' | 'embedding'>): Tensor2D[] {
  return [...Object.values(taps), embedding].map((x) => {
    const map = ops.toMap(x);
    const [, height, width, channels] = map.shape;
    const side = Math.min(SIDE, Math.max(1, Math.floor(Math.sqrt(NUMBERS / channels))));
    return ops.flatten(ops.poolTo(map, Math.min(height, side), Math.min(width, side)));
  });
}

/** Numbers of a layer and the class of each image. Every column holds one number of all images. */
export interface Read {
  readonly columns: readonly Vector[];
  readonly labels: ArrayLike<number>;
}

/** Share of the `asked` images that a ridge regression of the `known` ones' classes answers right. */
export function readoutAccuracy(known: Read, asked: Read, classes: number): number {
  const n = known.labels.length;
  const mean = (x: Vector) => x.reduce((sum, v) => sum + v, 0) / n;
  const scales = known.columns.map((column) => {
    const centre = mean(column);
    const spread = Math.sqrt(mean(column.map((v) => (v - centre) ** 2)));
    // A number that never changes says nothing.
    return { centre, factor: spread > 1e-6 ? 1 / spread : 0 };
  });
  const scaled = (columns: readonly Vector[]) =>
    columns.map((column, i) => column.map((v) => (v - scales[i]!.centre) * scales[i]!.factor));
  const features = scaled(known.columns);
  const products = gram(features);
  for (const [i, row] of products.entries()) row[i] = (row[i] as number) + RIDGE * n;
  const targets = Array.from({ length: classes }, (_, k) =>
    Float64Array.from(known.labels, (y) => Number(y === k)),
  );
  const shares = targets.map(mean);
  const centred = targets.map((target, k) => target.map((v) => v - shares[k]!));
  const weights = solve(products, centred).map((dual) =>
    Float64Array.from(features, (column) => dot(column, dual)),
  );
  const seen = scaled(asked.columns);
  const scores = weights.map((weight) => combine(seen, weight));
  const right = Array.from(asked.labels, (label, row) => {
    const own = scores.map((score, k) => score[row]! + shares[k]!);
    return Number(own.indexOf(Math.max(...own)) === label);
  });
  return right.reduce((sum, v) => sum + v, 0) / right.length;
}

/** Rows of all layers side by side as the columns of each. */
function columnsOf(rows: Float32Array, widths: readonly number[]): Vector[][] {
  const all = widths.reduce((a, b) => a + b, 0);
  let at = 0;
  return widths.map((width) =>
    Array.from({ length: width }, () => {
      const from = at++;
      return Float64Array.from({ length: rows.length / all }, (_, row) => rows[row * all + from] as number);
    }),
  );
}

/** Accuracy on the validation images of a readout of each layer, as many as `layersOf` makes. */
export async function accuracies(pass: Midway): Promise<Float32Array> {
  let widths: readonly number[] = [];
  const read = (ops: Ops, student: NetOutput): Tensor2D => {
    const layers = layersOf(ops, student);
    widths = layers.map(({ shape }) => shape[1]);
    return ops.concat(layers, 1) as Tensor2D;
  };
  const n = Math.min(IMAGES, pass.samples);
  const chosen = Array.from({ length: n }, (_, i) => Math.floor((i * pass.samples) / n));
  const parts: Float32Array[] = [];
  for (let from = 0; from < n; from += AT_ONCE) {
    const pixels = pass.imagesOf(chosen.slice(from, from + AT_ONCE));
    parts.push(await pass.compute(({ images, student }) => read(pass.ops, student(images(pixels)))));
  }
  const answers = await pass.held.answers(({ ops, student }) => read(ops, student));
  const known = columnsOf(Float32Array.from(parts.flatMap((part) => [...part])), widths);
  const asked = columnsOf(answers, widths);
  const labels = chosen.map((row) => pass.labels[row] as number);
  return Float32Array.from(known, (columns, i) =>
    readoutAccuracy({ columns, labels }, { columns: asked[i]!, labels: pass.held.labels }, pass.classes),
  );
}
