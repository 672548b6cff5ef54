import {
  ascending,
  defineRegime,
  integer,
  Rng,
  refuseBeside,
  rowsByClass,
  sameBudget,
  teacherSees,
} from './kit';

export default defineRegime({
  id: 'few-shot',
  name: 'Few shots',
  summary: 'Every class keeps the same small number of training images, drawn by lot.',
  paper: {
    title: 'Few Sample Knowledge Distillation for Efficient Network Compression',
    authors: 'Tianhong Li, Jianguo Li, Zhuang Liu, Changshui Zhang',
    venue: 'CVPR',
    year: 2020,
    url: 'https://arxiv.org/abs/1812.01839',
  },
  fidelity: 'adapted',
  deviations:
    'Only the setting is the paper’s: a teacher that saw everything, and K labelled images a class for the student. Its block-wise fitting is not part of a regime; any method can be trained here.',
  order: 3,
  params: {
    shots: integer('Images per class', 10, {
      min: 1,
      max: 100,
      source: 'ours',
      help: 'Classes with fewer keep all they have.',
    }),
    teacher: teacherSees('full'),
    budget: sameBudget(),
  },
  teacher: ({ teacher }) => teacher,
  budget: ({ budget }) => budget,
  refuses({ teacher }, around) {
    if (around.regimes.includes('long-tailed'))
      return 'Equal numbers of every class leave nothing of a long tail. Use one of the two.';
    return refuseBeside(teacher, around);
  },
  select(view, { shots }) {
    const rng = new Rng(view.seed, 'regime/few-shot');
    const kept = rowsByClass(view).flatMap((rows) =>
      [...rng.permutation(rows.length).subarray(0, shots)].map((i) => rows[i]!),
    );
    return { kept: ascending(kept) };
  },
});
