import { accuracyOver, defineTrial } from './kit';

export default defineTrial({
  id: 'proc-kd',
  question:
    'With 20 images a class, do features of a teacher of other classes help, and is it the teacher or the added layers?',
  options: [
    ...['--dataset', 'glyphs', '--size', '12', '--set', 'dataset.params.count=1000'],
    ...['--regime', 'label-space-split', '--regime', 'few-shot:shots=20'],
    ...['--set', 'teacher.model.params.width=8', '--set', 'teacher.model.params.blocks=2'],
    ...['--set', 'teacher.epochs=10', '--set', 'training.epochs=25'],
  ],
  rows: {
    'labels-only': { method: 'labels-only' },
    'proc-kd': { method: 'proc-kd' },
    augmented: { method: 'proc-kd', name: 'ProC-KD, enriched route', params: { answers: 'augmented' } },
    'without-own': { method: 'proc-kd', name: 'ProC-KD without the student’s route', params: { own: 0 } },
    random: { method: 'proc-kd', name: 'ProC-KD, teacher never trained', params: { source: 'random' } },
    hint: {
      method: 'proc-kd',
      name: 'Feature hint alone',
      params: { augmented: 0, own: 0, agree: 0, hint: 1 },
    },
  },
  baseline: 'labels-only',
  claims: { 'proc-kd': accuracyOver('labels-only', 'random', 'hint') },
});
