import { defineGuide } from './kit';

export default defineGuide({
  id: 'kdcl',
  when: 'When several students can be trained at once and none of them is the best for all images.',
  avoid: 'When only one network fits into memory.',
  setup: {
    question: 'Which way to build a joint answer teaches best?',
    reduced:
      'Paper: ImageNet and CIFAR-100 with students of different sizes, each with its own changed images. Here: equal ResNet-8 peers that see the same generated shapes of 16 pixels, 20 epochs.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'dml' },
      { id: 'kdcl' },
      { id: 'kdcl', params: { rule: 'general' } },
    ],
  },
});
