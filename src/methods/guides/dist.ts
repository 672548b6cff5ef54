import { defineGuide } from './kit';

export default defineGuide({
  id: 'dist',
  when: 'When the teacher is much stronger than the student: matching the order asks less than matching every probability.',
  avoid: 'With two classes, where an order says no more than the larger probability.',
  setup: {
    question: 'Does matching the order help where matching values fails, with a much larger teacher?',
    reduced:
      'Paper: ImageNet and CIFAR-100 with strongly trained, large teachers. Here: a ResNet-20 teaches a ResNet-8 on generated shapes of 16 pixels for 20 epochs.',
    scale: 'cifar',
    teacher: { id: 'resnet', params: { depth: 20, width: 24 } },
    students: [{ id: 'labels-only' }, { id: 'kd' }, { id: 'dist' }],
  },
});
