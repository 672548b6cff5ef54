import { defineGuide } from './kit';

export default defineGuide({
  id: 'nd-loss',
  when: 'When features of teacher and student can be compared and the student should become more decided.',
  avoid: 'When calibration matters: long features make answers too sure.',
  setup: {
    question:
      'Does it help to push features along the teacher’s mean of their class, and to make them longer?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'nd-loss' },
      { id: 'nd-loss', params: { form: 'direction' } },
    ],
  },
});
