import { defineGuide } from './kit';

export default defineGuide({
  id: 'sinkd',
  when: 'When teacher and student answers hardly overlap, so that divergences say little.',
  avoid: 'With small batches: the plan moves answers of different images onto each other.',
  setup: {
    question: 'Does the cheapest plan from answers to answers help beside plain distillation?',
    reduced:
      'Paper: language models on text tasks, batches of 16 to 32. Here: images in place of text, ResNet-14 to ResNet-8 on generated shapes of 16 pixels, batches of 32, 20 epochs.',
    scale: 'cifar',
    training: { batchSize: 32 },
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'sinkd' },
      { id: 'sinkd', params: { scale: 'released', squared: false } },
    ],
  },
});
