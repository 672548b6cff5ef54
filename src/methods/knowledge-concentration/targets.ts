/** What specialists answered, as it is kept for the student. Host arithmetic. */

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/**
 * Probabilities of logits at `[from, from + size)`, written to `out` from `at` on: the `k` largest, 0 for the rest. Of
 * equal ones the first are kept.
 */
export function keepTop(
  logits: ArrayLike<number>,
  from: number,
  size: number,
  k: number,
  out: Float32Array,
  at: number,
): void {
  const order = Array.from({ length: size }, (_, j) => j).sort(
    (a, b) => (logits[from + b] as number) - (logits[from + a] as number) || a - b,
  );
  for (const j of order.slice(0, k)) out[at + j] = sigmoid(logits[from + j] as number);
}

/**
 * For every image what the specialist of its vertical answered, row-major `[samples, widest]`.
 * @param answers logits of every specialist to every image, `[samples, N_v]`. @param verticals of each image.
 */
export function lessons(
  answers: readonly Float32Array[],
  verticals: ArrayLike<number>,
  sizes: readonly number[],
  k: number,
): Float32Array {
  const widest = Math.max(...sizes);
  const out = new Float32Array(verticals.length * widest);
  for (let row = 0; row < verticals.length; row++) {
    const v = verticals[row] as number;
    const size = sizes[v] as number;
    keepTop(answers[v] as Float32Array, row * size, size, k, out, row * widest);
  }
  return out;
}
