/** What the controller of TGeo-KD sees, and what it is told. Rows are samples; nothing here is trained. */
import type { NetOutput, Ops, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { classMeans } from '../kit';

/** Output of the controller at which the mix is 98% or 2%. */
const LIMIT = 4;

export interface Memory {
  /** Mean answer of the teacher by class. */
  readonly means: Table;
  /** 1 for training images that judge the mix, one column. */
  readonly held: Table;
  /** Steps taken, `[1, 1]`. */
  readonly steps: Table;
}

/** Which corners and edges the controller reads. */
export type Features = 'all' | 'triangle' | 'pairs';

/** Numbers it reads for each class. */
export const readsOf = (features: Features): number => ({ all: 9, triangle: 6, pairs: 5 })[features];

/**
 * The triangle of student S, teacher T and label G, and the teacher's mean answer O for the class, `[n, 9 K]`
 * or, without O, `[n, 6 K]`: corners first, then squared edges. Of 'pairs' without the edge from S to T, `[n, 5 K]`.
 */
export function triangle(
  ops: Ops,
  s: Tensor2D,
  t: Tensor2D,
  g: Tensor2D,
  o: Tensor2D | 'triangle' | 'pairs',
): Tensor {
  const edge = (a: Tensor2D, b: Tensor2D) => ops.squaredDifference(a, b) as Tensor2D;
  if (o === 'pairs') return ops.concat([s, t, g, edge(g, s), edge(t, g)], 1);
  if (o === 'triangle') return ops.concat([s, t, g, edge(g, s), edge(t, s), edge(t, g)], 1);
  return ops.concat([s, t, g, o, edge(o, s), edge(g, s), edge(t, s), edge(t, g), edge(o, g)], 1);
}

export interface Answers {
  readonly student: NetOutput;
  readonly teacher: NetOutput;
  readonly targets: Tensor2D;
}

/** Mean softmax of the teacher's logits `[n, K]` per class; uniform for a class without images. */
export function meanAnswers(logits: Float32Array, labels: Int32Array, classes: number): Float32Array {
  const answers = new Float64Array(logits.length);
  for (let at = 0; at < logits.length; at += classes) {
    const row = logits.subarray(at, at + classes);
    const top = Math.max(...row);
    const parts = Array.from(row, (z) => Math.exp(z - top));
    const sum = parts.reduce((a, b) => a + b, 0);
    for (const [k, part] of parts.entries()) answers[at + k] = part / sum;
  }
  const present = new Set(labels);
  const means = classMeans(answers, classes, labels, classes);
  return means.map((p, at) => (present.has(Math.floor(at / classes)) ? p : 1 / classes));
}

export type Layers = readonly ((x: Tensor) => Tensor)[];

/** Output of the controller, `[n, 1]`: layers with a leaky ReLU between them. */
export const control = (ops: Ops, layers: Layers, state: Tensor): Tensor =>
  layers.reduce((x, layer, i) => layer(i === 0 ? x : ops.maximum(x, ops.mul(x, 0.01))), state);

/** Share of the teacher per row from the controller's output `[n, 1]`. */
export const shareOf = (ops: Ops, output: Tensor, limit = LIMIT): Tensor1D =>
  ops.sigmoid(ops.reshape(ops.clip(output, -limit, limit), [-1])) as Tensor1D;

/** What the controller reads. @param means the teacher's mean answer for each row's class, or what is read without. */
export function stateOf(
  ops: Ops,
  { student, teacher, targets }: Answers,
  means: Tensor2D | 'triangle' | 'pairs',
): Tensor {
  const [s, t] = [student, teacher].map((x) => ops.softmax(ops.stopGradient(x.logits)) as Tensor2D);
  return triangle(ops, s as Tensor2D, t as Tensor2D, targets, means);
}

/** One step of the student's last layer, as seen from all rows of a batch. No gradient flows through any of it. */
export interface LastLayer {
  /** `[n, D]`, what the layer reads. */
  readonly features: Tensor;
  /** `[n, K]`. */
  readonly logits: Tensor;
  readonly targets: Tensor2D;
  /** T (softmax(z_s / T) - softmax(z_t / T)): derivative of the distillation of each row by its logits. */
  readonly kdSlope: Tensor;
  /** Share of the teacher per row, `[n]`. */
  readonly alpha: Tensor;
  /** 1 for rows that train, 0 for rows that judge, `[n]`. */
  readonly trains: Tensor;
  readonly rate: number;
  /** 1 when the layer has a bias. */
  readonly bias: 0 | 1;
}

/**
 * Derivative of the judging rows' loss, after one step of size `rate` on the training rows, by each alpha:
 * -(rate / n) <grad(A_i - C_i), v>. For the last layer both gradients are outer products of features and logit
 * slopes, so their products over all pairs of rows give the exact value without touching the weights.
 */
export function hypergradient(ops: Ops, layer: LastLayer): { byAlpha: Tensor1D; judged: Tensor } {
  const { features, logits, targets, kdSlope, rate, bias } = layer;
  const column = (x: Tensor) => ops.expandDims(x, 1);
  const judges = ops.sub(1, layer.trains);
  const count = (mask: Tensor) => ops.maximum(ops.sum(mask), 1);
  const kernel = ops.add(ops.matMul(features, features, false, true), bias);
  const ceSlope = ops.sub(ops.softmax(logits), targets);
  const gap = ops.sub(kdSlope, ceSlope);
  const mixed = ops.add(ceSlope, ops.mul(column(layer.alpha), gap));
  const slope = ops.div(ops.mul(column(layer.trains), mixed), count(layer.trains));
  const ahead = ops.sub(logits, ops.mul(rate, ops.matMul(kernel, slope))) as Tensor2D;
  const errors = ops.mul(column(judges), ops.sub(ops.softmax(ahead), targets));
  const v = ops.matMul(kernel, ops.div(errors, count(judges)));
  const along = ops.mul(layer.trains, ops.sum(ops.mul(gap, v), 1));
  const judged = ops.div(ops.sum(ops.mul(judges, ops.crossEntropyRows(ahead, targets))), count(judges));
  return { byAlpha: ops.div(ops.mul(along, -rate), count(layer.trains)) as Tensor1D, judged };
}
