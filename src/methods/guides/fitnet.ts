import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { curve, mean, mix } from './toys/maths';

export default defineGuide({
  id: 'fitnet',
  when: 'When the student is deep and thin and its inner layers have the teacher’s layout.',
  avoid:
    'When the two networks work in different ways, such as a CNN and a transformer: their layers need not mean the same.',
  setup: {
    question:
      'Does a hint for an inner layer help beside the teacher’s answers? Released weight beside ours.',
    reduced:
      'Paper: CIFAR-10 with a thin, deep student, the hint trained before. Here: both at once as in the public code, generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'fitnet', params: { weight: 100, ceWeight: 1, kdWeight: 0 } },
      { id: 'fitnet' },
    ],
  },
  figure: figure({
    title: 'A translator between two layers',
    controls: {
      gain: number('Weight in the translator', 0.4, { min: 0, max: 2, step: 0.1 }),
      learnt: number('What the student has learnt', 0.5, { min: 0, max: 1, step: 0.05 }),
    },
    show({ gain, learnt }) {
      const teacher = [0.2, 1.6, 0, 0.9, 1.2, 0.1];
      const student = mix([0.8, 0.3, 0.6, 0.2, 0.4, 0.9], teacher, learnt);
      const hint = (w: number) => mean(student.map((v, i) => (Math.max(0, w * v) - teacher[i]!) ** 2));
      return {
        picture: {
          kind: 'curves',
          x: 'Weight in the translator',
          y: 'Mean squared difference',
          series: [{ name: 'Hint', values: curve(0, 2, hint) }],
          at: gain,
        },
        numbers: { Hint: hint(gain) },
        sentence:
          'The translator learns its own weight, so sizes need not agree. What it cannot mend, the student’s layer has to: learn more, and the whole curve sinks.',
      };
    },
  }),
});
