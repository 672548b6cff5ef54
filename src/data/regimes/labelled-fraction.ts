import {
  ascending,
  countOf,
  defineRegime,
  integer,
  Rng,
  refuseBeside,
  rowsByClass,
  sameBudget,
  teacherSees,
} from './kit';

export default defineRegime({
  id: 'labelled-fraction',
  name: 'Few labels',
  summary:
    'Every class keeps the labels of a share of its images; the others are seen without, by some methods.',
  paper: {
    title:
      'Simple yet Effective Semi-supervised Knowledge Distillation from Vision-Language Models via Dual-Head Optimization',
    authors: 'Seongjae Kang, Dong Bok Lee, Hyungjoon Jang, Sung Ju Hwang',
    venue: 'arXiv',
    year: 2025,
    url: 'https://arxiv.org/abs/2505.07675',
  },
  fidelity: 'adapted',
  deviations:
    'The setting is common: 1 or 10 % of the labels of each class, the other images without. Here no class falls below a smallest number, and images equal to one of validation or test are left out of the pool. Methods that do not ask for images without labels never see them.',
  order: 4,
  params: {
    share: integer('Labels kept', 10, {
      min: 1,
      max: 100,
      source: 'paper',
      help: 'Percent of the training images of each class. 100 hides none.',
    }),
    minimum: integer('At least of each class', 4, {
      min: 1,
      max: 50,
      source: 'ours',
      help: 'Classes with fewer images keep all labels.',
    }),
    teacher: teacherSees('full'),
    budget: sameBudget(),
  },
  pools: true,
  teacher: ({ teacher }) => teacher,
  budget: ({ budget }) => budget,
  refuses({ teacher }, around) {
    if (around.regimes.includes('few-shot'))
      return 'Few shots drop the images whose labels this would hide. Use one of the two.';
    return refuseBeside(teacher, around);
  },
  select(view, { share, minimum }) {
    const rng = new Rng(view.seed, 'regime/labelled-fraction');
    const [kept, pooled]: [number[], number[]] = [[], []];
    for (const rows of rowsByClass(view)) {
      const count = Math.max(Math.min(minimum, rows.length), countOf(share / 100, rows.length));
      const order = [...rng.permutation(rows.length)].map((i) => rows[i]!);
      kept.push(...order.slice(0, count));
      pooled.push(...order.slice(count));
    }
    return { kept: ascending(kept), pooled: ascending(pooled) };
  },
});
