/** Float64 arithmetic the metrics share. Arrays are row-major; nothing here knows tensors. */
import { argmax, type Logits, softmax } from '../core/logits';
import type { Predictions } from './kit';

export const BINS = 15;

/**
 * Bundles logits `[rows, classes]` and labels `[rows]` for the metrics.
 * `teacher`: the teacher's logits for the same rows. `temperature` divides the learner's logits.
 */
export function predictionsOf(
  logits: Logits,
  labels: Int32Array,
  classes: number,
  options: {
    readonly teacher?: Logits | undefined;
    readonly temperature?: number;
    readonly seen?: readonly number[] | undefined;
  } = {},
): Predictions {
  const { teacher, temperature = 1, seen } = options;
  const used = temperature === 1 ? logits : Float64Array.from(logits, (z) => z / temperature);
  return {
    rows: labels.length,
    classes,
    logits: used,
    probabilities: softmax(used, classes),
    labels,
    ...(teacher ? { teacher: softmax(teacher, classes) } : {}),
    ...(seen ? { seen } : {}),
  };
}

/** False when there is nothing to measure: no rows, or a logit that is not finite. */
export const usable = ({ rows, probabilities }: Predictions): boolean =>
  rows > 0 && probabilities.every(Number.isFinite);

/** Mean of `value(row)` over all rows; undefined when there is nothing to measure. */
export function meanOverRows(predictions: Predictions, value: (row: number) => number): number | undefined {
  if (!usable(predictions)) return undefined;
  let sum = 0;
  for (let row = 0; row < predictions.rows; row++) sum += value(row);
  return sum / predictions.rows;
}

/** Predicted class and its probability, row by row. */
export function top(predictions: Predictions): {
  readonly classes: Int32Array;
  readonly confidence: Float64Array;
} {
  const { rows, classes: width, logits, probabilities } = predictions;
  const classes = Int32Array.from({ length: rows }, (_, row) => argmax(logits, row, width));
  return { classes, confidence: Float64Array.from(classes, (k, row) => probabilities[row * width + k]!) };
}

/** Index of the equal-width bin `(lo, hi]` that holds a probability; 0 falls into the first. */
export function binOf(probability: number, bins: number): number {
  let bin = Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1));
  // The product above may round across an edge; the edges themselves decide.
  while (bin > 0 && probability <= bin / bins) bin--;
  while (bin < bins - 1 && probability > (bin + 1) / bins) bin++;
  return bin;
}

/** Sums of (count, probability, hits) per bin, and the calibration error they give. */
export class Bins {
  readonly count: number[];
  private readonly probability: number[];
  private readonly hits: number[];

  constructor(bins: number) {
    this.count = Array<number>(bins).fill(0);
    this.probability = [...this.count];
    this.hits = [...this.count];
  }

  add(bin: number, probability: number, hit: boolean): void {
    this.count[bin]! += 1;
    this.probability[bin]! += probability;
    this.hits[bin]! += hit ? 1 : 0;
  }

  /** Mean probability and share of hits per bin; 0 in empty bins. */
  means(): { readonly confidence: number[]; readonly accuracy: number[] } {
    const over = (sums: readonly number[]) =>
      sums.map((sum, bin) => (this.count[bin] ? sum / this.count[bin] : 0));
    return { confidence: over(this.probability), accuracy: over(this.hits) };
  }

  /** Sum over bins of |share of hits - mean probability|, weighted with the bin's share of `rows`. */
  error(rows: number): number {
    return this.hits.reduce((sum, hits, bin) => sum + Math.abs(hits - this.probability[bin]!), 0) / rows;
  }
}

/** The reliability diagram: equal-width bins of the top probability. All bins are empty when unusable. */
export function reliability(predictions: Predictions, bins = BINS) {
  const sums = new Bins(bins);
  if (usable(predictions)) {
    const { classes, confidence } = top(predictions);
    confidence.forEach((p, row) => {
      sums.add(binOf(p, bins), p, classes[row] === predictions.labels[row]);
    });
  }
  return { count: sums.count, ...sums.means() };
}

/** Calibration error of each class's probability, equal-width bins (Kull et al. 2019, eq. 3); undefined when unusable. */
export function classErrors(predictions: Predictions, size = BINS): number[] | undefined {
  if (!usable(predictions)) return undefined;
  const { rows, classes, probabilities, labels } = predictions;
  return Array.from({ length: classes }, (_, k) => {
    const bins = new Bins(size);
    for (let row = 0; row < rows; row++) {
      const value = probabilities[row * classes + k]!;
      bins.add(binOf(value, size), value, labels[row] === k);
    }
    return bins.error(rows);
  });
}

/** Row-major `[classes, classes]` counts: true class by predicted class. All zero when unusable. */
export function confusion(predictions: Predictions): Int32Array<ArrayBuffer> {
  const { classes, labels } = predictions;
  const counts = new Int32Array(classes * classes);
  if (usable(predictions))
    top(predictions).classes.forEach((predicted, row) => {
      counts[labels[row]! * classes + predicted]! += 1;
    });
  return counts;
}

/** Accuracy within each true class; undefined for classes without rows. */
export function perClassAccuracy(counts: Int32Array, classes: number): (number | undefined)[] {
  return Array.from({ length: classes }, (_, k) => {
    const total = counts.subarray(k * classes, (k + 1) * classes).reduce((a, b) => a + b, 0);
    return total ? counts[k * classes + k]! / total : undefined;
  });
}

/** Slope of the mean NLL of `softmax(a z)` in `a`: what the model expects of its logits minus the true one. */
function slope({ logits, labels, classes, rows }: Predictions, a: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * classes;
    let max = -Infinity;
    for (let k = at; k < at + classes; k++) max = Math.max(max, a * logits[k]!);
    const truth = logits[at + labels[row]!]!;
    let weight = 0;
    let excess = 0;
    for (let k = at; k < at + classes; k++) {
      const e = Math.exp(a * logits[k]! - max);
      weight += e;
      excess += e * (logits[k]! - truth);
    }
    sum += excess / weight;
  }
  return sum / rows;
}

export const TEMPERATURES = { min: 0.01, max: 100 } as const;

/**
 * The temperature that minimises the NLL of `softmax(z / T)` on (validation) predictions made at temperature 1
 * (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2). The NLL is convex in
 * a = 1 / T, so halving the bracket of its slope in log a always arrives; where the minimum lies outside
 * `TEMPERATURES`, the nearer end is the answer. Undefined when there is nothing to fit.
 */
export function fitTemperature(validation: Predictions): number | undefined {
  if (!usable(validation)) return undefined;
  let low = -Math.log(TEMPERATURES.max);
  let high = -Math.log(TEMPERATURES.min);
  const [atLow, atHigh] = [slope(validation, Math.exp(low)), slope(validation, Math.exp(high))];
  if (atLow === 0 && atHigh === 0) return 1;
  if (atLow >= 0) return TEMPERATURES.max;
  if (atHigh <= 0) return TEMPERATURES.min;
  for (let i = 0; i < 48; i++) {
    const middle = (low + high) / 2;
    if (slope(validation, Math.exp(middle)) > 0) high = middle;
    else low = middle;
  }
  return Math.exp(-(low + high) / 2);
}

/**
 * Accuracy on the images of one third of the classes, ordered by their training images: 0 the third with most, 2 that
 * with fewest; of equal counts the class with the smaller number comes first. Undefined where no class has
 * twice as many as another, for fewer than three classes, and without an image of these classes.
 */
export function thirdAccuracy(predictions: Predictions, third: 0 | 1 | 2): number | undefined {
  const { seen, classes, labels, logits } = predictions;
  if (!usable(predictions) || !seen || classes < 3) return undefined;
  if (Math.max(...seen) < 2 * Math.min(...seen)) return undefined;
  const order = [...seen.keys()].sort((a, b) => seen[b]! - seen[a]! || a - b);
  const members = new Set(order.filter((_, place) => Math.floor((3 * place) / classes) === third));
  const rows = [...labels.keys()].filter((row) => members.has(labels[row]!));
  if (rows.length === 0) return undefined;
  return rows.filter((row) => argmax(logits, row, classes) === labels[row]).length / rows.length;
}
