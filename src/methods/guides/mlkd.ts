import { defineGuide } from './kit';

export default defineGuide({
  id: 'mlkd',
  when: 'When you want more from the answers alone: several temperatures and the relations inside a batch.',
  avoid: 'With small batches: the relations between images need company.',
  setup: {
    question:
      'Does it help to match images, pairs of images and classes at once? One view beside the two of the released code.',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine. The second, strongly changed view is ours.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'mlkd' },
      { id: 'mlkd', params: { form: 'released' } },
    ],
  },
});
