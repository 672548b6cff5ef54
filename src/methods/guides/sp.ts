import { defineGuide } from './kit';

export default defineGuide({
  id: 'sp',
  when: 'When the layers of the two networks have different sizes: only the likeness of images is compared, so nothing has to fit.',
  avoid: 'With small batches, or batches in which no two images are alike.',
  setup: {
    question: 'Is it enough to copy which images look alike? Released weight beside ours.',
    reduced:
      'Paper: CIFAR-10 with ResNets and wide ResNets, 200 epochs. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'sp', params: { weight: 3000 } }, { id: 'sp' }],
  },
});
