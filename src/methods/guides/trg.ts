import { defineGuide } from './kit';

export default defineGuide({
  id: 'trg',
  when: 'When images hold several things, or classes have very different numbers of images.',
  avoid: 'With few images: our trials on a thousand of them showed no effect beyond chance.',
  setup: {
    question: 'Does a web of look-alike tokens help when most classes are rare?',
    reduced:
      'Paper: CIFAR-100 and ImageNet, also long-tailed, with CNNs and transformers. Here: 5,000 generated shapes of 16 pixels with a long tail, at most 512 tokens a batch, 20 epochs.',
    scale: 'cifar',
    dataset: { id: 'shapes', params: { count: 5000 } },
    regimes: [{ id: 'long-tailed' }],
    students: [{ id: 'labels-only' }, { id: 'kd' }, { id: 'trg' }],
  },
});
