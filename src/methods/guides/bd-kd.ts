import { defineGuide } from './kit';

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
      { id: 'bd-kd' },
      { id: 'bd-kd', params: { gate: 'equal' } },
    ],
  },
});
