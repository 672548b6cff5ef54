import { biasCurve } from './data-pruning/bias-curve';
import { keepByScore } from './data-pruning/select';
import {
  asksTeacher,
  boolean,
  choice,
  defineRegime,
  integer,
  number,
  Rng,
  refuseBeside,
  type ScoreKind,
  sameBudget,
  teacherSees,
} from './kit';

type Score = ScoreKind | 'random';

const ofTeacher = (score: Score): boolean => score !== 'random' && asksTeacher(score);

/** Ben-Baruch et al. 2025: keep part of the training images by a score, and distil from a teacher that saw all. */
export default defineRegime({
  id: 'data-pruning',
  name: 'Data pruning',
  summary: 'Only part of the training images is kept: by lot, or those a score calls hard.',
  paper: {
    title: 'Distilling the Knowledge in Data Pruning',
    authors: 'Emanuel Ben-Baruch, Adam Botach, Igor Kviatkovsky, Manoj Aggarwal, Gerard Medioni',
    venue: 'ICML',
    year: 2025,
    url: 'https://arxiv.org/abs/2403.07854',
  },
  fidelity: 'adapted',
  deviations:
    'No code was released and only the abstract and the reviews could be read, so the scores are the standard definitions of their own papers: EL2N and GraNd (Paul et al. 2021; GraNd of the last layer only), forgetting (Toneva et al. 2019; counted once an epoch, not at every presentation). Prototypes (Sorscher et al. 2022) are found in the embedding of the run’s teacher, by k-means with as many centres as classes, in place of a self-supervised network’s. Students train for as many steps as on all images: epochs are scaled by the steps of an epoch, which is one over the kept share when batches divide evenly. A plain random share of labels is this regime with the score “by lot” and equal shares of every class.',
  order: 5,
  params: {
    share: number('Share kept', 0.2, {
      min: 0.01,
      max: 1,
      step: 0.01,
      source: 'paper',
      help: 'Many papers state the share that is thrown away instead.',
    }),
    score: choice<Score>(
      'Kept are',
      'random',
      {
        random: 'Any, by lot',
        el2n: 'Large error early in training (EL2N)',
        grand: 'Large gradient early in training (GraNd, last layer)',
        forgetting: 'Often learnt and forgotten',
        margin: 'Teacher torn between two classes',
        entropy: 'Teacher unsure of all classes',
        prototypes: 'Far from the prototypes in the teacher’s embedding',
      },
      { source: 'paper', help: 'All but the lot keep the hardest images.' },
    ),
    balanced: boolean('The same share of every class', false, {
      source: 'paper',
      help: 'Without it, whole classes can vanish when few hard images are kept.',
    }),
    runs: integer('Trainings for the score', 2, {
      min: 1,
      max: 5,
      source: 'ours',
      advanced: true,
      help: 'The score is the mean over so many networks like the first student, trained on all images.',
    }),
    epochs: integer('Epochs for the score', 3, {
      min: 1,
      max: 20,
      source: 'ours',
      advanced: true,
      help: 'Forgetting needs several: it counts changes from one epoch to the next.',
    }),
    teacher: teacherSees('full'),
    budget: sameBudget(),
  },
  teacher: ({ teacher }) => teacher,
  budget: ({ budget }) => budget,
  scores: ({ score, runs, epochs }) => (score === 'random' ? undefined : { kind: score, runs, epochs }),
  refuses({ score, teacher, epochs }, around) {
    if (ofTeacher(score) && around.otherClasses)
      return 'This score asks a teacher that knows other classes. Choose another score.';
    if (ofTeacher(score) && around.teacher === 'online')
      return 'This score asks a trained teacher, but the run trains it beside the students. Train it first.';
    if (ofTeacher(score) && around.teacher === 'trained' && teacher === 'same')
      return 'This score asks a teacher that has seen all images. Let the teacher see them, or choose another score.';
    if (score === 'forgetting' && epochs < 2)
      return 'Forgetting is seen from one epoch to the next. Give the score at least 2 epochs.';
    return refuseBeside(teacher, around);
  },
  theory: biasCurve,
  select(view, { share, score, balanced }) {
    const { labels, seed } = view;
    // Whole numbers of a permutation: no ties, so what is kept is uniform without replacement.
    const scores =
      score === 'random' ? new Rng(seed, 'regime/data-pruning').permutation(labels.length) : view.scores;
    if (scores?.length !== labels.length) throw new Error('Data pruning was given no score for some images.');
    return { kept: keepByScore(scores, labels, share, balanced) };
  },
});
