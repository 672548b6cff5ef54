/** Plain float64 arithmetic that several CPU twins share. */

/** Maximum of a row and log sum exp((x - maximum) / temperature). */
export function rowStats(
  x: Float64Array,
  at: number,
  width: number,
  temperature: number,
): { top: number; logSum: number } {
  let top = -Infinity;
  for (let j = at; j < at + width; j++) top = Math.max(top, x[j]!);
  let sum = 0;
  for (let j = at; j < at + width; j++) sum += Math.exp((x[j]! - top) / temperature);
  return { top, logSum: Math.log(sum) };
}

/** log softmax(x / temperature) of each row. */
export function logSoftmaxRows(x: Float64Array, width: number, temperature = 1): Float64Array {
  const out = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    const { top, logSum } = rowStats(x, at, width, temperature);
    for (let j = at; j < at + width; j++) out[j] = (x[j]! - top) / temperature - logSum;
  }
  return out;
}
