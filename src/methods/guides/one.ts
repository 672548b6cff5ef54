import { defineGuide } from './kit';

export default defineGuide({
  id: 'one',
  when: 'When there is no teacher and training may cost more than use: the branches are thrown away at the end.',
  avoid: 'When a strong teacher is at hand.',
  setup: {
    question: 'Do branches that teach each other make a better single network?',
    reduced:
      'Paper: CIFAR and ImageNet with three branches of a ResNet-32 or -110, 300 epochs. Here: three branches of a ResNet-8 on generated shapes of 16 pixels, 20 epochs; a branch is one convolution.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'one' }, { id: 'one', params: { ensemble: true } }],
  },
});
