/** Float64 arithmetic on rows of logits. Arrays are row-major; nothing here knows tensors. */

/** Logits as they come back from a device, or divided by a temperature. */
export type Logits = Float32Array | Float64Array;

/**
 * Softmax of each row of `[rows, classes]`, stable for any finite logits. A row with a logit that is not
 * finite becomes NaN as a whole, so that no metric mistakes it for an answer.
 */
export function softmax(logits: Logits, classes: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let at = 0; at < logits.length; at += classes) {
    const { max, log } = logSumExp(logits, at, classes);
    for (let k = 0; k < classes; k++) out[at + k] = Math.exp(logits[at + k]! - max - log);
  }
  return out;
}

/** log of the sum of exp over the row that starts at `at`, as `max + log`; NaN when an entry is not finite. */
export function logSumExp(logits: Logits, at: number, classes: number): { max: number; log: number } {
  let max = -Infinity;
  let finite = true;
  for (let k = at; k < at + classes; k++) {
    finite &&= Number.isFinite(logits[k]);
    if (logits[k]! > max) max = logits[k]!;
  }
  if (!finite) return { max: Number.NaN, log: Number.NaN };
  let sum = 0;
  for (let k = at; k < at + classes; k++) sum += Math.exp(logits[k]! - max);
  return { max, log: Math.log(sum) };
}

/** Position of the largest entry of a row; the lowest one of equals. */
export function argmax(values: Logits, row: number, classes: number): number {
  const at = row * classes;
  let best = 0;
  for (let k = 1; k < classes; k++) if (values[at + k]! > values[at + best]!) best = k;
  return best;
}
