/**
 * How hard each image is: higher is harder. Float64; logits row-major `[images, classes]`, one array per network.
 * Formulas: EL2N and GraNd, Paul, Ganguli, Dziugaite 2021; forgetting, Toneva et al. 2019.
 */

type Numbers = ArrayLike<number>;

/** Softmax of row `row` of `logits`. */
export function probabilities(logits: Numbers, row: number, classes: number): Float64Array {
  const from = row * classes;
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < classes; k++) largest = Math.max(largest, logits[from + k]!);
  const out = Float64Array.from({ length: classes }, (_, k) => Math.exp(logits[from + k]! - largest));
  const sum = out.reduce((a, b) => a + b, 0);
  return out.map((p) => p / sum);
}

/** || softmax(z) - onehot(y) ||_2 */
function errorNorm(logits: Numbers, row: number, label: number, classes: number): number {
  const p = probabilities(logits, row, classes);
  return Math.sqrt(p.reduce((sum, value, k) => sum + (value - Number(k === label)) ** 2, 0));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean over networks, early in their training, of the error norm. */
export function el2n(networks: readonly Numbers[], labels: Int32Array, classes: number): Float64Array {
  return Float64Array.from(labels, (label, row) =>
    mean(networks.map((logits) => errorNorm(logits, row, label, classes))),
  );
}

/** What a network says of every image, and what its last layer reads. */
export interface Answers {
  readonly logits: Numbers;
  /** `[images, width]` */
  readonly embedding: Numbers;
  readonly width: number;
}

/** Mean norm of the cross-entropy's gradient by a last linear layer with bias: error norm · sqrt(||f||² + 1). */
export function grand(networks: readonly Answers[], labels: Int32Array, classes: number): Float64Array {
  return Float64Array.from(labels, (label, row) =>
    mean(
      networks.map(({ logits, embedding, width }) => {
        let squares = 1;
        for (let j = row * width; j < (row + 1) * width; j++) squares += embedding[j]! ** 2;
        return errorNorm(logits, row, label, classes) * Math.sqrt(squares);
      }),
    ),
  );
}

/** Whether the largest logit of each row is that of its label; the first of equals counts. */
export function correctness(logits: Numbers, labels: Int32Array, classes: number): Uint8Array {
  return Uint8Array.from(labels, (label, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (logits[row * classes + k]! > logits[row * classes + best]!) best = k;
    return Number(best === label);
  });
}

/** Changes from right to wrong over `history`, oldest first; what was never right gets the number of entries. */
export function forgetting(history: readonly ArrayLike<number>[]): Float64Array {
  const images = history[0]?.length ?? 0;
  return Float64Array.from({ length: images }, (_, i) => {
    if (history.every((correct) => !correct[i])) return history.length;
    return history.reduce((sum, correct, e) => sum + Number(e > 0 && history[e - 1]![i] && !correct[i]), 0);
  });
}

/** One less the distance of the two likeliest classes: 1 where they are level. */
export function margin(logits: Numbers, images: number, classes: number): Float64Array {
  return Float64Array.from({ length: images }, (_, row) => {
    const [first = 0, second = 0] = probabilities(logits, row, classes).toSorted((a, b) => b - a);
    return 1 - (first - second);
  });
}

/** Entropy of the answer, in nats. */
export function entropy(logits: Numbers, images: number, classes: number): Float64Array {
  return Float64Array.from({ length: images }, (_, row) =>
    probabilities(logits, row, classes).reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0),
  );
}
