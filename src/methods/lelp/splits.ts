/** From the teacher's answers on the training set to the splits of all classes. */
import type { Pass } from '../kit';
import { orthonormal, type Vector } from './algebra';
import { identity, normalRows, principal, rotation } from './axes';
import { headBasis, type Split, splitClass, without } from './fit';

interface Options {
  readonly subclasses: number;
  readonly nullSpace: boolean;
  readonly rotate: boolean;
  readonly directions: 'principal' | 'random';
}

/** Splits by class from the first `rows.length` embeddings `[n][D]` and logits `[n][K]` of the training set. */
export function fitAll(
  rows: readonly Vector[],
  logits: readonly Vector[],
  pass: Pass,
  options: Options,
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
