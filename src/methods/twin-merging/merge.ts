/** Merging of networks by their weights, in float64 and without tensors. Weights are named, row-major values. */

export type Named = Readonly<Record<string, ArrayLike<number>>>;
export type Exact = Readonly<Record<string, Float64Array>>;

/** A weight made anew from those of the same name, number by number. */
function combined(base: Named, make: (name: string, at: number) => number): Exact {
  return Object.fromEntries(
    Object.entries(base).map(([name, values]) => [
      name,
      Float64Array.from({ length: values.length }, (_, at) => make(name, at)),
    ]),
  );
}

const at = (weights: Named, name: string, i: number): number => weights[name]![i]!;

/** What an expert has learned since the base. Throws where both do not have the same weights. */
export function taskVector(base: Named, expert: Named): Exact {
  const alike = Object.keys(base).every((name) => base[name]!.length === expert[name]?.length);
  if (!alike || Object.keys(expert).length !== Object.keys(base).length)
    throw new Error('Only networks of one form can be merged.');
  return combined(base, (name, i) => at(expert, name, i) - at(base, name, i));
}

/** base + factor * sum of the vectors: task arithmetic; 1 / T is the plain average of T experts. */
export const added = (base: Named, vectors: readonly Named[], factor: number): Exact =>
  combined(
    base,
    (name, i) => at(base, name, i) + factor * vectors.reduce((sum, v) => sum + at(v, name, i), 0),
  );

/** Where each weight begins in the row of them all, names in order of the alphabet, and the length of that row. */
function places(weights: Named): { readonly starts: ReadonlyMap<string, number>; readonly length: number } {
  let length = 0;
  const starts = new Map<string, number>();
  for (const name of Object.keys(weights).sort()) {
    starts.set(name, length);
    length += weights[name]!.length;
  }
  return { starts, length };
}

/** All numbers in one row. */
function flat(weights: Named): Float64Array {
  const { starts, length } = places(weights);
  const row = new Float64Array(length);
  for (const [name, start] of starts) row.set(weights[name]!, start);
  return row;
}

function unflat(row: ArrayLike<number>, like: Named): Exact {
  const { starts } = places(like);
  return combined(like, (name, i) => row[starts.get(name)! + i]!);
}

/** Zeroes all but the `kept` largest sizes; of equal ones at the edge all stay. */
export function largest(values: ArrayLike<number>, kept: number): Float64Array {
  const sizes = Float64Array.from(values, Math.abs).sort();
  const edge = kept > 0 ? sizes[sizes.length - kept]! : Number.POSITIVE_INFINITY;
  return Float64Array.from(values, (x) => (Math.abs(x) >= edge ? x : 0));
}

/**
 * Yadav et al. 2023: of each vector as a whole the share `keep` of largest entries stays, each entry takes the sign
 * that weighs more, and is the mean of those that have it.
 */
export function ties(vectors: readonly Named[], keep: number): Exact {
  const rows = vectors.map((vector) => {
    const row = flat(vector);
    // As released: the edge itself is counted once more.
    return largest(row, Math.min(row.length, Math.trunc(row.length * keep) + 1));
  });
  const sums = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0));
  const most = Math.sign(sums.reduce((sum, x) => sum + Math.sign(x), 0));
  const merged = sums.map((sum, i) => {
    const sign = Math.sign(sum) || most;
    const agreed = rows.map((row) => row[i]!).filter((x) => x !== 0 && x > 0 === sign > 0);
    return agreed.length > 0 ? agreed.reduce((a, b) => a + b) / agreed.length : 0;
  });
  return unflat(merged, vectors[0]!);
}

/**
 * Yu et al. 2024 (DARE): each entry stays with probability `density`, then larger by 1 / density, so that its mean is
 * what it was. @param uniform one number in [0, 1) for each entry.
 */
export const dropped = (
  values: ArrayLike<number>,
  density: number,
  uniform: ArrayLike<number>,
): Float64Array => Float64Array.from(values, (x, i) => (uniform[i]! < density ? x / density : 0));

/** `dropped` over a whole vector; `uniform` in the order of its names. */
export function dare(vector: Named, density: number, uniform: ArrayLike<number>): Exact {
  return unflat(dropped(flat(vector), density, uniform), vector);
}
