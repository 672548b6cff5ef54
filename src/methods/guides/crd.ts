import { defineGuide } from './kit';

export default defineGuide({
  id: 'crd',
  when: 'When the features are to be used further, and the two networks are built differently.',
  avoid: 'With few images: there are too few different ones to push away.',
  setup: {
    question: 'Do contrasts inside the batch do as well as a memory of many images?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine. Released are 16384 negatives, more than there are images here: the memory uses 1024.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'crd' },
      { id: 'crd', params: { form: 'memory', negatives: 1024, width: 128, temperature: 0.07 } },
    ],
  },
});
