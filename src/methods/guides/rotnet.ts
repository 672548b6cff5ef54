import { defineGuide } from './kit';

export default defineGuide({
  id: 'rotnet',
  when: 'When labels are few but images are many and have an upright position.',
  avoid: 'When turned images look alike, such as letters, round shapes or pictures from above.',
  setup: {
    question: 'Does guessing rotations first help when labels are few?',
    reduced:
      'Paper: CIFAR-10 with a Network in Network, 200 epochs of rotations and 100 of labels. Here: generated digits of 16 pixels, one run of 20 epochs, two fifths of it for rotations; the teacher is ours.',
    scale: 'ready',
    training: { epochs: 20 },
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'rotnet' },
      { id: 'rotnet', params: { weight: 0 } },
      { id: 'rotnet', params: { features: 'frozen' } },
    ],
  },
});
