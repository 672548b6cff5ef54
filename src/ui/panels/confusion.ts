/** Confusion counts of one or several seeds. Pure. */

/** Element-wise sum; matrices of another size are left out. */
export function sumConfusion(all: readonly ArrayLike<number>[]): Float64Array {
  const size = all[0]?.length ?? 0;
  const out = new Float64Array(size);
  for (const matrix of all)
    if (matrix.length === size) for (let i = 0; i < size; i++) out[i]! += matrix[i] ?? 0;
  return out;
}

/** Share of a true class's images that got each answer, `[classes, classes]`. */
export function rowShares(matrix: Float64Array, classes: number): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let row = 0; row < classes; row++) {
    const values = matrix.subarray(row * classes, (row + 1) * classes);
    const total = values.reduce((a, b) => a + b, 0);
    if (total > 0) for (let c = 0; c < classes; c++) out[row * classes + c] = (values[c] ?? 0) / total;
  }
  return out;
}

export interface Mistake {
  readonly truth: number;
  readonly answer: number;
  readonly count: number;
}

/** The mistakes made most often, at most `limit` of them; equals in the order of the matrix. */
export function worstMistakes(matrix: Float64Array, classes: number, limit: number): readonly Mistake[] {
  const all: Mistake[] = [];
  for (let truth = 0; truth < classes; truth++)
    for (let answer = 0; answer < classes; answer++) {
      const n = matrix[truth * classes + answer] ?? 0;
      if (truth !== answer && n > 0) all.push({ truth, answer, count: n });
    }
  return all.sort((a, b) => b.count - a.count).slice(0, limit);
}
