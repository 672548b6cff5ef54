/** From the teacher's answers on the training set to the splits of all classes. */
import type { Pass } from '../kit';
import { orthonormal, type Vector } from '../kit/algebra';
import { identity, normalRows, principal, rotation } from './axes';
import { clusters, distances } from './clusters';
import { centre, emptySplit, headBasis, meanOf, type Split, splitClass, without } from './fit';

export interface Fitting {
  readonly subclasses: number;
  readonly nullSpace: boolean;
  readonly rotate: boolean;
  readonly directions: 'principal' | 'random' | 'clusters';
}

/** Parts that every class can have: one less than the images of the smallest class that has any, at least 1. */
export function mostParts(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(1, Math.min(...counts.values()) - 1);
}

/** Splits one class by clusters in place of directions. */
export function clusterClass(
  rows: readonly Vector[],
  width: number,
  count: number,
  random: () => number,
): Split {
  if (rows.length === 0) return emptySplit(width, count);
  const centred = centre(rows);
  const directions = clusters(centred, count, random);
  return { mean: meanOf(rows), directions, eigenvalues: [], ...distances(centred, directions) };
}

/** Splits by class from the first `rows.length` embeddings `[n][D]` and logits `[n][K]` of the training set. */
export function fitAll(
  rows: readonly Vector[],
  logits: readonly Vector[],
  pass: Pass,
  options: Fitting,
): Split[] {
  const [count, width] = [options.subclasses, rows[0]?.length ?? 0];
  const stream = (name: string, n: number) => {
    const numbers = pass.uniform(name, n).values();
    return () => numbers.next().value ?? 0.5;
  };
  const head = options.nullSpace ? headBasis(rows, logits) : [];
  // A head that reads nearly all of the embedding would leave nothing to split by.
  const basis = width - head.length >= count ? head : [];
  const seen = rows.map((row) => without(row, basis));
  return Array.from({ length: pass.classes }, (_, label) => {
    const own = seen.filter((_, i) => pass.labels[i] === label);
    const random = stream(`axes ${label}`, 2 * width * (count + 8));
    if (options.directions === 'clusters') return clusterClass(own, width, count, random);
    const turn = options.rotate
      ? rotation(count, stream(`turn ${label}`, 2 * count * count))
      : identity(count);
    const some = () => normalRows(count, width, random).map((row) => without(row, basis));
    return splitClass(own, width, turn, (centred) =>
      options.directions === 'principal'
        ? principal(centred, count, random)
        : { values: [], vectors: orthonormal(some()) },
    );
  });
}
