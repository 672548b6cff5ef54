import { accuracyOver, defineTrial } from './kit';

export default defineTrial({
  id: 'gdcan',
  question: 'Do images of the target without labels help, and do domains need entrances of their own?',
  options: [
    ...['--dataset', 'glyphs', '--size', '10', '--set', 'dataset.params.count=1500'],
    ...['--regime', 'two-domains', '--set', 'teacher.model.params.width=4', '--set', 'teacher.epochs=1'],
    ...['--set', 'training.epochs=24'],
  ],
  settings: { noise: ['--target', 'shift:noise'], invert: ['--target', 'shift:invert'] },
  rows: {
    'labels-only': { method: 'labels-only', name: 'Source only' },
    gdcan: { method: 'gdcan' },
    dcan: { method: 'gdcan', name: 'Always separate (DCAN)', params: { gates: 'separate' } },
    shared: { method: 'gdcan', name: 'Always shared', params: { gates: 'shared' } },
    'no-regulariser': { method: 'gdcan', name: 'Without regulariser', params: { keep: 0 } },
  },
  baseline: 'labels-only',
  claims: { gdcan: accuracyOver('labels-only', 'dcan', 'shared', 'no-regulariser') },
});
