import { boolean, choice, integer, number, temperature } from '../kit';

/** What can be chosen. */
export const form = {
  strategy: choice(
    'Who teaches an image',
    'supervised',
    {
      supervised: 'Whoever is surest of the true class',
      unsupervised: 'Whoever is surest of any class',
      teacher: 'Always the teacher (KL-Dist)',
      labels: 'Always the teacher, and the label (XE-KL-Dist)',
    },
    { source: 'paper', help: 'The first two keep what the student knows; the last two are baselines.' },
  ),
  temperature: temperature(1, 'code'),
  start: number('Share of first learning', 0.5, {
    min: 0.1,
    max: 0.9,
    step: 0.05,
    fixed: true,
    source: 'ours',
    help: 'Share of the steps that come before the others are met.',
  }),
  shown: number('Images shown at first', 0.5, {
    min: 0.1,
    max: 1,
    step: 0.05,
    fixed: true,
    source: 'ours',
    help: 'Share of the images that each learner of the zoo sees at first, drawn for each anew.',
  }),
  zoo: integer('Further teachers', 0, {
    min: 0,
    max: 4,
    source: 'ours',
    help: 'Networks like the student, from other starts, trained beside it at first.',
  }),
  order: choice(
    'Several teachers',
    'together',
    { together: 'Together: whoever convinces most', turns: 'One after another' },
    {
      source: 'paper',
      fixed: true,
      help: 'In turns, what the student has become is its former self for the next teacher.',
    },
  ),
  topK: integer('Classes compared', 0, {
    min: 0,
    max: 1000,
    source: 'code',
    advanced: true,
    help: 'Only the likeliest of the teaching answer; 0 compares all.',
  }),
  alpha: number('Weight of the teacher', 0.5, {
    min: 0,
    max: 1,
    step: 0.05,
    source: 'paper',
    advanced: true,
    help: 'Against the label, where labels count. Released with slow weights: 0.68.',
  }),
  slow: boolean('Slow weights answer (MCL)', false, {
    source: 'paper',
    fixed: true,
    help: 'A slow average of the student is measured. With a teacher that always counts, images that only the student has right are not copied.',
  }),
  keep: number('Slow weights keep', 0.99, {
    min: 0.5,
    max: 0.9999,
    step: 0.0001,
    fixed: true,
    source: 'ours',
    advanced: true,
    help: 'Share of the old weights at each turn. Released: 0.9999, for far longer runs.',
  }),
  every: integer('Slow weights move every so many steps', 2, {
    min: 1,
    max: 20,
    fixed: true,
    source: 'code',
    advanced: true,
    help: 'Counted from the first step of the transfer.',
  }),
  twice: boolean('Softmax twice', false, {
    source: 'code',
    advanced: true,
    help: 'As released: the label loss takes the softmax of probabilities.',
  }),
};
