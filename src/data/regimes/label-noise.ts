import { choice, defineRegime, number, Rng, refuseBeside, type TeacherSees } from './kit';

export default defineRegime({
  id: 'label-noise',
  name: 'Wrong labels',
  summary: 'Some training images get the label of another class, drawn by lot.',
  paper: {
    title: 'Learning with Noisy Labels',
    authors: 'Nagarajan Natarajan, Inderjit S. Dhillon, Pradeep Ravikumar, Ambuj Tewari',
    venue: 'NeurIPS',
    year: 2013,
    url: 'https://papers.nips.cc/paper/5073-learning-with-noisy-labels',
  },
  fidelity: 'adapted',
  deviations:
    'The paper flips each label independently with a probability; here exactly the asked share is flipped, evenly to the other classes, so that runs can be compared.',
  order: 1,
  params: {
    share: number('Share of wrong labels', 0.2, {
      min: 0,
      max: 0.4,
      step: 0.05,
      source: 'ours',
      help: 'Validation and test labels stay right.',
    }),
    teacher: choice<TeacherSees>(
      'The teacher saw',
      'same',
      { full: 'The right labels', same: 'The same wrong labels' },
      { source: 'ours', help: 'With the right labels, its answers can correct the wrong ones.' },
    ),
  },
  teacher: ({ teacher }) => teacher,
  refuses: ({ teacher }, around) => refuseBeside(teacher, around),
  /** Exactly round(share · rows) labels become another class, each other class equally likely. */
  select({ labels, classes, seed }, { share }) {
    const rng = new Rng(seed, 'regime/label-noise');
    const order = rng.permutation(labels.length);
    const noisy = Int32Array.from(labels);
    for (const row of order.subarray(0, Math.round(share * labels.length)))
      noisy[row] = (noisy[row]! + 1 + rng.below(classes - 1)) % classes;
    return { labels: noisy };
  },
});
