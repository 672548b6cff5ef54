import { defineGuide } from './kit';

export default defineGuide({
  id: 'data-pruning-kd',
  when: 'When the student may see only part of the images that the teacher saw.',
  avoid: 'When the teacher is weak: the less data, the more everything hangs on it.',
  setup: {
    question: 'Does a teacher make up for images that were thrown away?',
    reduced:
      'Paper: CIFAR, SVHN and ImageNet with ResNet-32 and larger, teacher and student of one form. Here: the same ResNet-8 as both, generated shapes of 16 pixels, 20 epochs’ worth of steps, a tenth of the images kept by lot.',
    scale: 'cifar',
    teacher: { id: 'resnet', params: { depth: 8, width: 8 } },
    student: { id: 'resnet', params: { depth: 8, width: 8 } },
    regimes: [{ id: 'data-pruning', params: { share: 0.1 } }],
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'data-pruning-kd' },
      { id: 'data-pruning-kd', params: { rule: 'manual', alpha: 0.5 } },
    ],
  },
});
