import { defineGuide } from './kit';

export default defineGuide({
  id: 'ps-kd',
  when: 'When there is no teacher, the labels may be wrong or the network grows too sure.',
  avoid: 'In runs of a few epochs: its own past has little to tell yet.',
  setup: {
    question: 'Is a network its own teacher when its last answers soften the labels?',
    reduced:
      'Paper: CIFAR-100 and ImageNet with ResNet-18 and larger, 300 epochs. Here: a ResNet-8 on generated shapes of 16 pixels, 20 epochs.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'label-smoothing' }, { id: 'ps-kd' }],
  },
});
