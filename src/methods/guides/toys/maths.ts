/** The formulas of the cards on a handful of numbers, in float64: what the figures of the guides compute. */
import { softmax as rows } from '../../../core/logits';

export type Row = readonly number[];
export type Rows = readonly Row[];

export const sum = (x: Row): number => x.reduce((a, b) => a + b, 0);
export const mean = (x: Row): number => sum(x) / x.length;
export const dot = (a: Row, b: Row): number => sum(a.map((v, i) => v * b[i]!));
export const norm = (x: Row): number => Math.sqrt(dot(x, x));
export const scale = (x: Row, by: number): number[] => x.map((v) => v * by);
export const minus = (a: Row, b: Row): number[] => a.map((v, i) => v - b[i]!);
export const unit = (x: Row): number[] => scale(x, 1 / Math.max(norm(x), 1e-12));
export const transpose = (x: Rows): number[][] => x[0]!.map((_, k) => x.map((row) => row[k]!));
/** The part of the way from `a` to `b`. */
export const mix = (a: Row, b: Row, share: number): number[] => a.map((v, i) => v + share * (b[i]! - v));

/** softmax(z / T). */
export const softmax = (z: Row, t = 1): number[] => [
  ...rows(
    Float64Array.from(z, (v) => v / t),
    z.length,
  ),
];
export const oneHot = (label: number, classes: number): number[] =>
  Array.from({ length: classes }, (_, k) => Number(k === label));

/** KL(p || q) of two distributions. */
export const kl = (p: Row, q: Row): number => sum(p.map((v, k) => (v > 0 ? v * Math.log(v / q[k]!) : 0)));
/** T² KL of the teacher's softened answer to the student's. */
export const distillation = (student: Row, teacher: Row, t: number): number =>
  t * t * kl(softmax(teacher, t), softmax(student, t));
/** Cross-entropy of softmax(z) with a target distribution. */
export const crossEntropy = (z: Row, target: Row): number => {
  const p = softmax(z);
  return -sum(target.map((q, k) => (q > 0 ? q * Math.log(p[k]!) : 0)));
};
export const entropy = (p: Row): number => -sum(p.map((v) => (v > 0 ? v * Math.log(v) : 0)));
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** Deviation of a row; `unbiased` divides by one less. */
export const deviation = (x: Row, unbiased = false): number => {
  const m = mean(x);
  return Math.sqrt(sum(x.map((v) => (v - m) ** 2)) / (x.length - Number(unbiased)));
};
/** Pearson's correlation. */
export const correlation = (a: Row, b: Row): number => {
  const [x, y] = [a.map((v) => v - mean(a)), b.map((v) => v - mean(b))];
  return dot(x, y) / (norm(x) * norm(y) + 1e-8);
};
/** Inner products of all rows with all rows. */
export const gram = (x: Rows): number[][] => x.map((a) => x.map((b) => dot(a, b)));
/** Squared distance of two matrices. */
export const squaredDistance = (a: Rows, b: Rows): number =>
  sum(a.flatMap((row, i) => row.map((v, j) => (v - b[i]![j]!) ** 2)));
/** Smooth L1 with its bend at 1. */
export const huber = (d: number): number => (Math.abs(d) < 1 ? 0.5 * d * d : Math.abs(d) - 0.5);
/** Points of a curve. */
export const curve = (from: number, to: number, f: (x: number) => number, n = 60): [number, number][] =>
  Array.from({ length: n + 1 }, (_, i) => {
    const x = from + ((to - from) * i) / n;
    return [x, f(x)];
  });
