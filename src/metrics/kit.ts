/** The contract of a metric: a float64 number (or a few) from logits and labels, on the CPU. */
import type { Card } from '../core/registry';

/** What a learner answered on a whole split. Row-major. */
export interface Predictions {
  readonly rows: number;
  readonly classes: number;
  /** `[rows, classes]`, before softmax. */
  readonly logits: Float32Array | Float64Array;
  /** `[rows, classes]`, softmax of the logits in float64; made once for all metrics. */
  readonly probabilities: Float64Array;
  /** `[rows]`. */
  readonly labels: Int32Array;
  /** Training images of each class, as the students see them, when that is known. */
  readonly seen?: readonly number[] | undefined;
  /** The teacher's probabilities for the same rows, when there is a teacher. */
  readonly teacher?: Float64Array | undefined;
}

export interface Metric extends Card {
  /** Short name for table heads and chart axes. */
  readonly short: string;
  readonly better: 'higher' | 'lower';
  /** How the number is printed. */
  readonly format: 'percent' | 'number';
  /** Definition in one line of maths. */
  readonly definition: string;
  readonly source: string;
  readonly needsTeacher?: boolean;
  /** Undefined when it cannot be computed (no rows, no teacher). Never NaN for finite logits. */
  compute(predictions: Predictions): number | undefined;
}

export const defineMetric = (metric: Metric): Metric => metric;
