/** Comparisons for a lesson: one question each, on the page's generated images. */
import type { Pick, Setup } from '../methods/guides/kit';

/** A student with a network of its own. */
interface Learner extends Pick {
  readonly model?: Pick;
}

export interface Lesson {
  readonly id: string;
  readonly name: string;
  readonly sentence: string;
  readonly parts: Omit<Setup, 'question' | 'reduced' | 'scale' | 'students'> & {
    readonly students: readonly Learner[];
    readonly seeds?: readonly number[];
  };
}

const LABELS: Pick = { id: 'labels-only' };
const KD: Pick = { id: 'kd' };
const cnn = (width: number, blocks = 2): Pick => ({ id: 'cnn', params: { width, blocks } });
const both = (model: Pick): readonly Learner[] => [
  { ...LABELS, model },
  { ...KD, model },
];

export const lessons: readonly Lesson[] = [
  {
    id: 'temperature',
    name: 'Temperature',
    sentence: 'How soft should the teacher’s answer be? The same student at four temperatures.',
    parts: {
      students: [LABELS, ...[1, 2, 4, 8].map((temperature) => ({ id: 'kd', params: { temperature } }))],
    },
  },
  {
    id: 'weights',
    name: 'Labels or teacher',
    sentence: 'How much should the labels count beside the teacher? From all to nothing.',
    parts: {
      students: [
        LABELS,
        ...[0.7, 0.4, 0.1, 0].map((ceWeight) => ({ id: 'kd', params: { ceWeight, kdWeight: 1 - ceWeight } })),
      ],
    },
  },
  {
    id: 'capacity-gap',
    name: 'Capacity gap',
    sentence: 'Does a smaller student profit less? Three sizes, each with and without a teacher.',
    parts: { students: [2, 4, 8].flatMap((width) => both(cnn(width))) },
  },
  {
    id: 'label-noise',
    name: 'Wrong labels',
    sentence: 'Does a teacher help when a fifth of the training labels is wrong?',
    parts: {
      dataset: { id: 'glyphs', params: { labelNoise: 0.2 } },
      students: [LABELS, { id: 'label-smoothing' }, KD, { id: 'ps-kd' }],
    },
  },
  {
    id: 'small-data',
    name: 'Few images',
    sentence:
      'Does a teacher that has seen everything make up for a tenth of the images? All students see the same few.',
    parts: {
      regimes: [{ id: 'data-pruning', params: { share: 0.1 } }],
      students: [LABELS, KD, { id: 'data-pruning-kd' }, { id: 'mixup-kd' }],
    },
  },
  {
    id: 'long-tail',
    name: 'Rare classes',
    sentence: 'Who learns the rare classes when most images show a few common ones?',
    parts: { regimes: [{ id: 'long-tailed' }], students: [LABELS, { id: 'label-smoothing' }, KD] },
  },
  {
    id: 'calibration',
    name: 'Calibration',
    sentence: 'Which student knows best when it does not know? Watch ECE and the reliability diagram.',
    parts: { students: [LABELS, { id: 'label-smoothing' }, KD, { id: 'bd-kd' }] },
  },
  {
    id: 'dark-knowledge',
    name: 'Dark knowledge',
    sentence:
      'Do the wrong classes carry the lesson? The teacher’s answers as they are, and with those shuffled.',
    parts: {
      students: [
        LABELS,
        { id: 'born-again' },
        { id: 'born-again', params: { form: 'permuted' } },
        { id: 'born-again', params: { form: 'confidence' } },
      ],
    },
  },
  {
    id: 'answers-or-layers',
    name: 'Answers or layers',
    sentence: 'Is it better to copy what the teacher says, what it computes inside, or what it finds alike?',
    parts: { students: [LABELS, KD, { id: 'fitnet' }, { id: 'at' }, { id: 'sp' }, { id: 'crd' }] },
  },
  {
    id: 'no-teacher',
    name: 'Without a teacher',
    sentence: 'How far does a small network come with its peers, its branches or its own past?',
    parts: { students: [LABELS, { id: 'dml' }, { id: 'kdcl' }, { id: 'one' }, { id: 'ps-kd' }] },
  },
  {
    id: 'luck',
    name: 'Luck or learning',
    sentence: 'Is the gain larger than chance? The same comparison from five different starts.',
    parts: { students: [LABELS, KD], seeds: [1, 2, 3, 4, 5] },
  },
  {
    id: 'chosen-curves',
    name: 'Chosen curves',
    sentence:
      'Can a network that chooses its own kinds of curve keep up with a CNN about as small? Look inside it.',
    parts: {
      students: [cnn(8), { id: 'conv-kan', params: { width: 4, layers: 2 } }].flatMap(both),
    },
  },
];
