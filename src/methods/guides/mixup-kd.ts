import { defineGuide } from './kit';

export default defineGuide({
  id: 'mixup-kd',
  when: 'When images are few and blends of two still make sense.',
  avoid: 'When small details decide the class: blends wash them out.',
  setup: {
    question: 'How much of a batch should be blended, and should the logits be brought to one sharpness?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'mixup-kd' },
      { id: 'mixup-kd', params: { share: 1 } },
      { id: 'mixup-kd', params: { rescale: false } },
    ],
  },
});
