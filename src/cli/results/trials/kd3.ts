import { accuracyOver, defineTrial } from './kit';

export default defineTrial({
  id: 'kd3',
  question: 'On a pool of shifted images, does choosing and aligning beat plain distillation on all of it?',
  options: [
    ...['--dataset', 'shapes', '--size', '12', '--set', 'dataset.params.count=1500'],
    ...['--regime', 'shifted-pool', '--set', 'teacher.model.params.width=8'],
    ...['--set', 'teacher.epochs=12', '--set', 'training.epochs=12'],
  ],
  settings: { 'channel-roll': ['--pool', 'shift:channel-roll'], noise: ['--pool', 'shift:noise'] },
  rows: {
    'kd-all': { method: 'kd3', name: 'KD on the whole pool', params: { match: 'all' } },
    kd3: { method: 'kd3' },
    'kd-confident': { method: 'kd3', name: 'KD where the teacher is sure', params: { match: 'confident' } },
    'all-images': { method: 'kd3', name: 'KD³ without selection', params: { selection: 'all' } },
    'no-contrast': { method: 'kd3', name: 'KD³ without contrast', params: { contrast: 0 } },
  },
  baseline: 'kd-all',
  numbers: {
    kept: { name: 'Pool kept', format: 'percent', panel: 'course', at: [1] },
  },
  claims: { kd3: accuracyOver('kd-all', 'kd-confident', 'all-images', 'no-contrast') },
});
