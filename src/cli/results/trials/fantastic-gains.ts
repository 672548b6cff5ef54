import { accuracyOver, defineTrial } from './kit';

const other = (name: string, params: Readonly<Record<string, string | number | boolean>>) => ({
  method: 'fantastic-gains',
  name,
  params,
});

export default defineTrial({
  id: 'fantastic-gains',
  question: 'Does choosing the teacher image by image keep more than copying it, or than slow weights (MCL)?',
  options: [
    ...['--dataset', 'glyphs', '--size', '10', '--set', 'dataset.params.count=2000'],
    ...['--set', 'teacher.model.params.width=4', '--set', 'teacher.epochs=4', '--set', 'training.epochs=12'],
  ],
  rows: {
    'labels-only': { method: 'labels-only' },
    'fantastic-gains': { method: 'fantastic-gains' },
    unsupervised: other('Whoever is surest of any class', { strategy: 'unsupervised' }),
    kl: other('KL-Dist', { strategy: 'teacher' }),
    'xe-kl': other('XE-KL-Dist', { strategy: 'labels' }),
    mcl: other('XE-KL-Dist + MCL', { strategy: 'labels', slow: true, alpha: 0.68 }),
  },
  baseline: 'labels-only',
  numbers: {
    taught: { name: 'Taught by the former self', format: 'percent', panel: 'taught', at: [0] },
  },
  claims: {
    'fantastic-gains': accuracyOver('kl', 'xe-kl', 'mcl'),
    unsupervised: accuracyOver('kl', 'xe-kl', 'mcl'),
  },
});
