import { defineGuide } from './kit';

export default defineGuide({
  id: 'at',
  when: 'With convolutional networks whose maps have positions: it needs no trained part and no equal widths.',
  avoid: 'With fully connected networks: there is no place to look at.',
  setup: {
    question: 'Does the student profit from looking where the teacher looks? Released weight beside ours.',
    reduced:
      'Paper: CIFAR-10 and ImageNet with wide and plain ResNets. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs; all pairs of inner layers.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'at', params: { weight: 1000 } }, { id: 'at' }],
  },
});
