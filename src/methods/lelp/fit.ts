/** The fitting pass of LELP: which directions split each class of teacher embeddings. */
import { addTo, combine, dot, gram, orthonormal, solve, type Vector } from '../kit/algebra';

/** Logits of -OUT get no share at any temperature of the form. */
export const OUT = 1e3;

/** One class: its mean and `S` unit directions, after the head's own directions were removed. */
export interface Split {
  readonly mean: Vector;
  /** `[S][D]`. */
  readonly directions: readonly Vector[];
  /** Root mean square of the projections of the class: makes the softmax temperature free of units. */
  readonly scale: number;
  readonly eigenvalues: readonly number[];
  /** What is added to each projection before it is scaled; nothing where absent. */
  readonly offsets?: readonly number[];
}

export const meanOf = (rows: readonly Vector[]): Vector =>
  combine(rows, new Float64Array(rows.length).fill(1 / rows.length));

export const centre = (rows: readonly Vector[]): Vector[] => {
  const mean = meanOf(rows);
  return rows.map((row) => {
    const out = Float64Array.from(row);
    addTo(out, mean, -1);
    return out;
  });
};

/**
 * Orthonormal basis of what a linear head reads from embeddings `[n][D]`, found from its logits `[n][K]` by least
 * squares: the head's weights are not needed. A ridge of 1e-9 of the mean variance settles dead units.
 */
export function headBasis(embeddings: readonly Vector[], logits: readonly Vector[]): Vector[] {
  const width = embeddings[0]?.length ?? 0;
  const count = Math.max(4 * width, 500);
  const [x, z] = [centre(embeddings.slice(0, count)), centre(logits.slice(0, count))];
  const squares = gram(x);
  const sides = Array.from({ length: z[0]?.length ?? 0 }, (_, k) =>
    combine(
      x,
      Float64Array.from(z, (row) => row[k] as number),
    ),
  );
  const trace = squares.reduce((sum, row, i) => sum + (row[i] as number), 0);
  for (const [i, row] of squares.entries()) row[i] = (row[i] as number) + (1e-9 * trace) / width + 1e-30;
  return orthonormal(solve(squares, sides), 1e-6);
}

/** A row without its part in the space of `basis`. */
export function without(row: Vector, basis: readonly Vector[]): Vector {
  const out = Float64Array.from(row);
  for (const unit of basis) addTo(out, unit, -dot(out, unit));
  return out;
}

/** A class without images: zeros, and its targets an even split. */
export const emptySplit = (width: number, count: number): Split => ({
  mean: new Float64Array(width),
  directions: Array.from({ length: count }, () => new Float64Array(width)),
  scale: 0,
  eigenvalues: Array.from({ length: count }, () => 0),
});

/** Splits one class. `turn[i][j]`: share of principal direction i in direction j; identity leaves them as they are. */
export function splitClass(
  rows: readonly Vector[],
  width: number,
  turn: readonly Vector[],
  axes: (centred: readonly Vector[]) => { values: number[]; vectors: Vector[] },
): Split {
  const count = turn.length;
  if (rows.length === 0) return emptySplit(width, count);
  const centred = centre(rows);
  const { values, vectors } = axes(centred);
  const directions = turn.map((_, j) =>
    combine(
      vectors,
      Float64Array.from(vectors, (_, i) => turn[i]?.[j] ?? 0),
    ),
  );
  let squares = 0;
  for (const row of centred) for (const direction of directions) squares += dot(row, direction) ** 2;
  const scale = Math.sqrt(squares / (rows.length * count));
  return { mean: meanOf(rows), directions, scale, eigenvalues: values };
}

/**
 * All splits as one matrix `[D + 1, K S]`, row-major: an embedding with a 1 behind it, times this, gives the
 * normalised projections of every class at once. @param parts S; those that a class does not have get no share.
 */
export function projection(
  splits: readonly Split[],
  width: number,
  parts = splits[0]?.directions.length ?? 0,
): Float32Array {
  const columns = splits.flatMap(({ mean, directions, scale, offsets }) =>
    Array.from({ length: parts }, (_, s) => {
      const direction = directions[s];
      if (!direction) return [...new Float64Array(width), -OUT];
      const unit = direction.map((x) => x / Math.max(scale, 1e-8));
      return [...unit, (offsets?.[s] ?? 0) / Math.max(scale, 1e-8) - dot(unit, mean)];
    }),
  );
  const entry = (at: number) => columns[at % columns.length]?.[Math.floor(at / columns.length)] ?? 0;
  return Float32Array.from({ length: (width + 1) * columns.length }, (_, at) => entry(at));
}
