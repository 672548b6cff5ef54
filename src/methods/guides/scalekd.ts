import { defineGuide } from './kit';

export default defineGuide({
  id: 'scalekd',
  when: 'When the teacher is a vision transformer and the student is not.',
  avoid: 'When training must be cheap: its projectors are the dearest here.',
  setup: {
    question: 'Can a transformer teach a small CNN through its own last stage?',
    reduced:
      'Paper: ImageNet, Swin and ViT teachers pre-trained on far more images, 100 to 300 epochs. Here: a tiny hierarchical ViT trained on the page teaches a ResNet-8 on generated shapes of 16 pixels for 20 epochs.',
    scale: 'cifar',
    teacher: { id: 'hvit', params: { width: 32 } },
    optimizer: 'adam',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'scalekd' },
      { id: 'scalekd', params: { projector: 'conv' } },
      { id: 'scalekd', params: { through: false } },
    ],
  },
});
