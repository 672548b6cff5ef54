import { accuracyOver, defineTrial } from './kit';

export default defineTrial({
  id: 'dho',
  question: 'With a tenth of the labels, are two heads better than one, and do they quarrel less?',
  options: [
    ...['--dataset', 'glyphs', '--size', '10', '--set', 'dataset.params.count=2000'],
    ...['--regime', 'labelled-fraction:share=10', '--set', 'teacher.model.params.width=8'],
    ...['--set', 'teacher.epochs=8', '--set', 'training.epochs=8'],
  ],
  rows: {
    'labels-only': { method: 'labels-only' },
    dho: { method: 'dho' },
    single: { method: 'dho', name: 'One head for both', params: { arm: 'single' } },
    'teacher-only': { method: 'dho', name: 'Teacher alone', params: { arm: 'kd' } },
  },
  baseline: 'labels-only',
  numbers: {
    conflict: { name: 'Cosine of both pulls', format: 'plain', panel: 'conflict', at: [0], over: 'epochs' },
  },
  claims: {
    dho: [
      ...accuracyOver('labels-only', 'single', 'teacher-only'),
      { metric: 'conflict', better: 'higher', against: 'single' },
    ],
  },
});
