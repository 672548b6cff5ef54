import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, entropy, kl, scale, softmax } from './toys/maths';
import { answers, LABEL, studentAt, TARGET, TEACHER, temperature } from './toys/scenes';

export default defineGuide({
  id: 'bd-kd',
  when: 'When the small network’s probabilities have to be right, not only its classes.',
  avoid: 'When the teacher must stay as it is: here it learns beside the student.',
  setup: {
    question: 'Is a small network better calibrated when teacher and student meet from both sides?',
    reduced:
      'Paper: CIFAR and Tiny-ImageNet with ResNets. Here: ResNet-14 and ResNet-8 on generated shapes of 16 pixels, 20 epochs; the rule of the gate is a reconstruction, with equal weights as its control.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'dml' },
      { id: 'dml', params: { temperature: 3, weight: 3 } },
      { id: 'bd-kd' },
      { id: 'bd-kd', params: { gate: 'equal' } },
    ],
  },
  figure: figure({
    title: 'Too sure, or too vague',
    controls: {
      sharpness: number('Sharpness of the student', 1, { min: 0.2, max: 5, step: 0.2 }),
      delta: number('Larger weight', 2, { min: 1, max: 4, step: 0.5 }),
      temperature: temperature(3),
    },
    show({ sharpness, delta, temperature: t }) {
      const z = scale(studentAt(0.6), sharpness);
      const [s, p] = [softmax(z, t), softmax(TEACHER, t)];
      const sure = entropy(p) > entropy(s);
      const [forward, reverse] = sure ? [delta, 1] : [1, delta];
      return {
        picture: answers({ Teacher: TEACHER, Student: z }, t),
        terms: {
          labels: crossEntropy(z, TARGET),
          forward: forward * t * t * kl(p, s),
          reverse: reverse * t * t * kl(s, p),
          teacherLabels: crossEntropy(TEACHER, TARGET),
          teacherKd: t * t * kl(s, p),
        },
        numbers: { 'Entropy of the student': entropy(s), 'Entropy of the teacher': entropy(p) },
        sentence: sure
          ? 'The student is the sharper one: the divergence that punishes ignoring the teacher’s classes counts more.'
          : 'The student is the vaguer one: the divergence that punishes spreading beyond the teacher’s classes counts more.',
      };
    },
    toy: ({ sharpness, delta, temperature }) => ({
      params: { delta, temperature },
      labels: [LABEL],
      students: [{ logits: [scale(studentAt(0.6), sharpness)] }],
      teacher: { logits: [TEACHER] },
    }),
  }),
});
