import { defineGuide } from './kit';

export default defineGuide({
  id: 'dhkd',
  when: 'When matching logits directly and learning labels get in each other’s way.',
  avoid: 'With many classes, unless the teacher’s weight is lowered: the loss sums over classes.',
  setup: {
    question: 'Does a second head for the teacher’s logits keep both lessons apart?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'dhkd' },
      { id: 'dhkd', params: { head: 'none' } },
      { id: 'dhkd', params: { align: false } },
    ],
  },
});
