import { defineGuide } from './kit';

export default defineGuide({
  id: 'fitnet',
  when: 'When the student is deep and thin and its inner layers have the teacher’s layout.',
  avoid:
    'When the two networks work in different ways, such as a CNN and a transformer: their layers need not mean the same.',
  setup: {
    question:
      'Does a hint for an inner layer help beside the teacher’s answers? Released weight beside ours.',
    reduced:
      'Paper: CIFAR-10 with a thin, deep student, the hint trained before. Here: both at once as in the public code, generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'fitnet', params: { weight: 100, ceWeight: 1, kdWeight: 0 } },
      { id: 'fitnet' },
    ],
  },
});
