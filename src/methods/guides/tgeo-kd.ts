import { defineGuide } from './kit';

export default defineGuide({
  id: 'tgeo-kd',
  when: 'When the teacher is right on some images and wrong on others.',
  avoid: 'When images are few: a tenth of them is held back to judge the mix.',
  setup: {
    question: 'Can a small network learn whom to trust, image by image, when some labels are wrong?',
    reduced:
      'Paper: CIFAR-100, ImageNet and tables of attacks and clicks, students trained on all rows at once. Here: generated shapes of 16 pixels with a fifth of the labels wrong, mini-batches, look-ahead through the last layer.',
    scale: 'cifar',
    regimes: [{ id: 'label-noise', params: { share: 0.2 } }],
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'tgeo-kd' },
      { id: 'tgeo-kd', params: { learn: false } },
    ],
  },
});
