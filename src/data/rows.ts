/** The given rows of numbers `[rows, width]`, row-major. */
export function rowsOf(all: Float32Array, width: number, rows: ArrayLike<number>): Float32Array {
  const out = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++)
    out.set(all.subarray((rows[i] as number) * width, ((rows[i] as number) + 1) * width), i * width);
  return out;
}
