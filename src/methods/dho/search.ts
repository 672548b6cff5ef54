/** Chooses the blend of two heads on held-out images, and measures heads and blend. Pure, in float64. */

export const ALPHAS: readonly number[] = Array.from({ length: 21 }, (_, i) => i / 20);
export const BETAS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2, 4];
const BINS = 15;

/** Logits of both heads, row-major `[rows, classes]`, and the class of each row. */
export interface Heads {
  readonly labels: ArrayLike<number>;
  readonly ce: ArrayLike<number>;
  readonly kd: ArrayLike<number>;
  readonly classes: number;
}

export interface Blend {
  readonly alpha: number;
  readonly beta: number;
}

/** Row-wise softmax of logits over `divisor`. */
function softmaxRows(logits: ArrayLike<number>, classes: number, divisor: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) top = Math.max(top, (logits[from + k] as number) / divisor);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const e = Math.exp((logits[from + k] as number) / divisor - top);
      out[from + k] = e;
      sum += e;
    }
    for (let k = 0; k < classes; k++) out[from + k] = (out[from + k] as number) / sum;
  }
  return out;
}

const mixed = (own: Float64Array, taught: Float64Array, alpha: number): Float64Array =>
  own.map((p, at) => alpha * p + (1 - alpha) * (taught[at] as number));

/** Share of rows whose largest entry, the first of equals, is at the label. */
export function accuracy(rows: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  let hits = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if ((rows[row * classes + k] as number) > (rows[row * classes + best] as number)) best = k;
    if (best === labels[row]) hits++;
  }
  return hits / Math.max(1, labels.length);
}

/** Expected calibration error in equal bins of confidence. */
function calibrationError(p: Float64Array, labels: ArrayLike<number>, classes: number): number {
  const gaps = new Float64Array(BINS);
  for (let row = 0; row < labels.length; row++) {
    const own = p.subarray(row * classes, (row + 1) * classes);
    const sure = Math.max(...own);
    const bin = Math.min(BINS - 1, Math.floor(sure * BINS));
    gaps[bin] = (gaps[bin] as number) + sure - Number(own.indexOf(sure) === labels[row]);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / Math.max(1, labels.length);
}

function likelihood(p: Float64Array, labels: ArrayLike<number>, classes: number): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++)
    sum -= Math.log(Math.max(1e-12, p[row * classes + (labels[row] as number)] as number));
  return sum / Math.max(1, labels.length);
}

/**
 * Accuracy of every blend, row-major `[BETAS, ALPHAS]`, and the best one: beta is the outer loop, and only a strictly
 * better accuracy replaces what was found.
 */
export function search({ labels, ce, kd, classes }: Heads): { grid: Float32Array; best: Blend; top: number } {
  const own = softmaxRows(ce, classes, 1);
  const grid = new Float32Array(BETAS.length * ALPHAS.length);
  let [best, top]: [Blend, number] = [{ alpha: 0, beta: 1 }, 0];
  BETAS.forEach((beta, row) => {
    const taught = softmaxRows(kd, classes, beta);
    ALPHAS.forEach((alpha, column) => {
      const share = accuracy(mixed(own, taught, alpha), labels, classes);
      grid[row * ALPHAS.length + column] = share;
      if (share > top) [best, top] = [{ alpha, beta }, share];
    });
  });
  return { grid, best, top };
}

/** Accuracy, calibration error and NLL of the label head, the teacher's head and their blend, `[3, 3]` row-major. */
export function measures({ labels, ce, kd, classes }: Heads, { alpha, beta }: Blend): Float32Array {
  const own = softmaxRows(ce, classes, 1);
  const all = [own, softmaxRows(kd, classes, 1), mixed(own, softmaxRows(kd, classes, beta), alpha)];
  return Float32Array.from(
    all.flatMap((p) => [
      accuracy(p, labels, classes),
      calibrationError(p, labels, classes),
      likelihood(p, labels, classes),
    ]),
  );
}
