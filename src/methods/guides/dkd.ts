import { defineGuide } from './kit';

export default defineGuide({
  id: 'dkd',
  when: 'When plain distillation works and there are many classes: it lets you weigh the ranking of the wrong classes by itself.',
  avoid: 'With two classes: there is no ranking of wrong classes to learn.',
  setup: {
    question: 'Does the ranking of the wrong classes carry the lesson? Released weight 8 beside ours of 1.',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'kd' }, { id: 'dkd', params: { beta: 8 } }, { id: 'dkd' }],
  },
});
