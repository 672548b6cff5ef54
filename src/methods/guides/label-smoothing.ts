import { defineGuide } from './kit';

export default defineGuide({
  id: 'label-smoothing',
  when: 'When there is no teacher and the network is too sure of itself; it costs nothing.',
  avoid:
    'When the network is to become a teacher: smoothed answers tell less about which wrong classes are alike.',
  setup: {
    question: 'How much smoothing makes a network better calibrated, and how much too vague?',
    reduced:
      'Paper: Inception-v3 on ImageNet with a smoothing of 0.1. Here: a small ResNet on generated shapes of 16 pixels, 20 epochs, no teacher involved.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'label-smoothing' },
      { id: 'label-smoothing', params: { epsilon: 0.3 } },
    ],
  },
});
