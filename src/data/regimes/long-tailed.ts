import {
  ascending,
  boolean,
  defineRegime,
  number,
  Rng,
  refuseBeside,
  rowsByClass,
  sameBudget,
  teacherSees,
} from './kit';

/**
 * Images of each class after thinning: the class in place k of K keeps n · factor^(-k/(K-1)), rounded down, at least
 * one and never more than it has; n is the largest class. Cui et al. 2019, section 5.1.
 */
export function tailCounts(counts: readonly number[], places: readonly number[], factor: number): number[] {
  const largest = Math.max(...counts);
  const last = Math.max(1, counts.length - 1);
  return counts.map((count, label) => {
    if (count === 0) return 0;
    // A whole number may come out a hair below itself.
    const kept = Math.floor(largest * factor ** (-places[label]! / last) + 1e-9);
    return Math.min(count, Math.max(1, kept));
  });
}

export default defineRegime({
  id: 'long-tailed',
  name: 'Long tail',
  summary: 'A few classes keep many images, most keep few: the counts fall off exponentially.',
  paper: {
    title: 'Class-Balanced Loss Based on Effective Number of Samples',
    authors: 'Yin Cui, Menglin Jia, Tsung-Yi Lin, Yang Song, Serge Belongie',
    venue: 'CVPR',
    year: 2019,
    url: 'https://arxiv.org/abs/1901.05555',
  },
  fidelity: 'adapted',
  deviations:
    'Validation and test images stay as they are, as in the paper. Classes may be shuffled first, and no class loses its last image. A class that is already smaller than its place allows keeps all it has.',
  order: 2,
  params: {
    factor: number('Imbalance', 20, {
      min: 1,
      max: 200,
      log: true,
      source: 'paper',
      help: 'How many times more images the largest class has than the smallest. 1 changes nothing where classes are equal.',
    }),
    shuffle: boolean('Shuffle the classes first', false, {
      source: 'ours',
      advanced: true,
      help: 'Else the first class is the largest.',
    }),
    teacher: teacherSees('same'),
    budget: sameBudget(),
  },
  teacher: ({ teacher }) => teacher,
  budget: ({ budget }) => budget,
  refuses: ({ teacher }, around) => refuseBeside(teacher, around),
  select(view, { factor, shuffle }) {
    const rng = new Rng(view.seed, 'regime/long-tailed');
    const places = shuffle
      ? [...rng.permutation(view.classes)]
      : Array.from({ length: view.classes }, (_, i) => i);
    const byClass = rowsByClass(view);
    const counts = tailCounts(
      byClass.map((rows) => rows.length),
      places,
      factor,
    );
    const kept = byClass.flatMap((rows, label) =>
      [...rng.permutation(rows.length).subarray(0, counts[label])].map((i) => rows[i]!),
    );
    return { kept: ascending(kept) };
  },
});
