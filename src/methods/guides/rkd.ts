import { defineGuide } from './kit';

export default defineGuide({
  id: 'rkd',
  when: 'When distances matter more than classes, such as in search by likeness; widths may differ.',
  avoid: 'With small batches, or when memory is short: angles grow with the third power of the rows.',
  setup: {
    question:
      'Do distances and angles between images teach anything beside labels? Released weights beside ours.',
    reduced:
      'Paper: retrieval on birds and cars, and CIFAR-100. Here: only classification, on generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, 64 rows a batch.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'rkd', params: { distance: 25, angle: 50 } }, { id: 'rkd' }],
  },
});
