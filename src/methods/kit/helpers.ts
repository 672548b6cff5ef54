/** What several methods share: words of their forms, pictures, and arithmetic on shapes and rows. */
import type { Panel } from '../../core/panel';
import { type NumberParam, number, type Source } from '../../core/params';
import type { NetOutput, Ops, Scalar, Shape, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';

/** A temperature that divides all logits; the words are the same in every method. */
export const temperature = (value: number, source: Source, help = 'Softens both answers.'): NumberParam =>
  number('Temperature', value, { min: 1, max: 10, step: 0.5, source, help });

/** The factor of the supervised loss. */
export const labelWeight = (value: number, source: Source, help = 'How much the true labels count.') =>
  number('Weight of the labels', value, { min: 0, max: 2, step: 0.05, source, help });

/**
 * Inner activations of two networks that belong together, in order of depth: last with last, first with first,
 * and those between at equal spacing over the longer list. Works on tensors and on shapes.
 */
export function pairTaps<A, B>(
  student: Readonly<Record<string, A>>,
  teacher: Readonly<Record<string, B>>,
): readonly (readonly [A, B])[] {
  const [a, b] = [Object.values(student), Object.values(teacher)];
  const n = Math.min(a.length, b.length);
  const at = <X>(list: readonly X[], i: number): X =>
    list[n === 1 ? list.length - 1 : Math.round((i * (list.length - 1)) / (n - 1))] as X;
  return Array.from({ length: n }, (_, i) => [at(a, i), at(b, i)] as const);
}

/** A scatter of the true class's probability, `[n, 2]`: teacher, student. `targets` is `[n, classes]`. */
export function trueClassPairs(ops: Ops, teacher: Tensor2D, student: Tensor2D, targets: Tensor2D): Tensor {
  return ops.stack(
    [teacher, student].map((z) => ops.sum(ops.mul(ops.softmax(z), targets), -1)),
    1,
  );
}

/** The panel of `trueClassPairs`. */
export const trueClassPanel = (teacher = 'Teacher'): Panel => ({
  kind: 'scatter',
  title: 'Probability of the true class, image by image',
  x: teacher,
  y: 'Student',
});

/** Mean of the rows `[n, width]` of each class, `[classes, width]` row-major; zero for a class without rows. */
export function classMeans(
  rows: ArrayLike<number>,
  width: number,
  labels: ArrayLike<number>,
  classes: number,
): Float32Array {
  const sums = new Float64Array(classes * width);
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    counts[label] = (counts[label] as number) + 1;
    for (let j = 0; j < width; j++) {
      const at = label * width + j;
      sums[at] = (sums[at] as number) + (rows[i * width + j] as number);
    }
  }
  return Float32Array.from(sums, (sum, at) => sum / Math.max(1, counts[Math.floor(at / width)] as number));
}

/** `[h, w, c]` of the map that `ops.toMap` makes of an activation of this shape. */
export function mapShape(shape: Shape): Shape {
  if (shape.length === 3) return shape;
  const [tokens = 1, width = 1] = shape.length === 2 ? shape : [1, shape[0]];
  const side = Math.round(Math.sqrt(tokens));
  return side * side === tokens ? [side, side, width] : [1, tokens, width];
}

/** `weight` times a term that reads the teacher's answers; at 0 they are not asked for. */
export const ifWeighted = (ops: Ops, weight: number, term: () => Tensor): Scalar =>
  weight === 0 ? ops.scalar(0) : (ops.mul(term(), weight) as Scalar);

/** Images of a batch that a panel shows. */
const SHOWN = 8;

/** A panel of the first images of a batch with a number below each, to be filled by `firstImages`. */
export const imagesPanel = (title: string): Panel => ({ kind: 'images', title, weights: 'numbers' });

/** @param numbers one for each image of the batch, `[batch]`, not below 0. */
export function firstImages(
  ops: Ops,
  images: Tensor4D,
  numbers: Tensor,
): { images: Tensor; numbers: Tensor } {
  const n = Math.min(SHOWN, images.shape[0]);
  return {
    images: ops.slice(images, [0, 0, 0, 0], [n, -1, -1, -1]),
    numbers: ops.slice(ops.reshape(numbers, [-1]) as Tensor1D, [0], [n]),
  };
}

/** Cosine between two flat gradients; 0 where one of them is 0. */
export function cosine(ops: Ops, a: Tensor, b: Tensor): Tensor {
  const length = (x: Tensor) => ops.sqrt(ops.sum(ops.square(x)));
  return ops.divNoNan(ops.sum(ops.mul(a, b)), ops.mul(length(a), length(b)));
}

/** Of a network's weights those that make logits of its embedding, `[width, outputs]`: the last of these sizes. */
export function headKernel(
  weights: Readonly<Record<string, Tensor>>,
  { embedding, logits }: NetOutput,
): Tensor2D | undefined {
  const [width, outputs] = [embedding.shape[1], logits.shape[1]];
  const fits = ({ shape }: Tensor) => shape.length === 2 && shape[0] === width && shape[1] === outputs;
  return Object.values(weights).findLast(fits) as Tensor2D | undefined;
}

/** Share of images that get the same answer from both, for every pair of networks, `[m, m]`. */
export function agreement(ops: Ops, logits: readonly Tensor2D[]): Tensor {
  const answers = ops.stack(logits.map((z) => ops.argMax(z)));
  const same = ops.equal(ops.expandDims(answers, 0), ops.expandDims(answers, 1));
  return ops.mean(ops.cast(same, 'float32'), -1);
}

/** How many of the numbers in 0..1 are in each of `bins` equal parts, as shares, `[bins]`. */
export function binned(ops: Ops, numbers: Tensor, bins: number): Tensor {
  const place = ops.clip(ops.floor(ops.mul(ops.reshape(numbers, [-1]), bins)), 0, bins - 1);
  return ops.mean(ops.oneHot(ops.cast(place, 'int32') as Tensor1D, bins), 0);
}
