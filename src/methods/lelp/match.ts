/** Whether made-up subclasses are the finer classes that the data set knows. */

/** Mutual information of two labellings over the mean of their entropies, 0 to 1; 0 where one of them is constant. */
export function agreement(a: readonly number[], b: readonly number[]): number {
  const count = (labels: readonly (string | number)[]) => {
    const found = new Map<string | number, number>();
    for (const label of labels) found.set(label, (found.get(label) ?? 0) + 1);
    return [...found.values()];
  };
  const entropy = (labels: readonly (string | number)[]) =>
    count(labels).reduce((sum, n) => sum - (n / labels.length) * Math.log(n / labels.length), 0);
  const [x, y] = [entropy(a), entropy(b)];
  if (x * y === 0) return 0;
  const shared = x + y - entropy(a.map((label, i) => `${label} ${b[i]}`));
  return Math.max(0, (2 * shared) / (x + y));
}

interface Split {
  /** `[D + 1, K S]`, row-major. */
  readonly matrix: Float32Array;
  /** `[samples, D]`, row-major. */
  readonly embedding: Float32Array;
  readonly width: number;
  readonly labels: Int32Array;
  readonly finer: Int32Array;
  readonly classes: number;
}

/** Agreement of the likeliest subclass of each image with its finer class, by class, `[K]`. */
export function matchOf({ matrix, embedding, width, labels, finer, classes }: Split): Float32Array {
  const columns = matrix.length / (width + 1);
  const parts = columns / classes;
  const likeliest = (row: number): number => {
    let [best, top] = [0, Number.NEGATIVE_INFINITY];
    for (let s = 0; s < parts; s++) {
      const column = (labels[row] as number) * parts + s;
      let z = matrix[width * columns + column] as number;
      for (let d = 0; d < width; d++)
        z += (embedding[row * width + d] as number) * (matrix[d * columns + column] as number);
      if (z > top) [best, top] = [s, z];
    }
    return best;
  };
  const rows = Array.from(labels.keys());
  return Float32Array.from({ length: classes }, (_, label) => {
    const own = rows.filter((row) => labels[row] === label);
    return agreement(
      own.map(likeliest),
      own.map((row) => finer[row] as number),
    );
  });
}
