import { defineGuide } from './kit';

export default defineGuide({
  id: 'lelp',
  when: 'With two to five classes, where probabilities alone say little.',
  avoid: 'With many classes: the answers already tell which are alike.',
  setup: {
    question: 'Do made-up subclasses teach more than two or four probabilities?',
    reduced:
      'Paper: text with few classes, and CIFAR with its classes grouped in two. Here: generated shapes of 16 pixels sorted by their four positions, ResNet-14 to ResNet-8, 20 epochs; random directions are the control.',
    scale: 'cifar',
    dataset: { id: 'shapes', params: { label: 'position' } },
    training: { flip: false },
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'lelp' },
      { id: 'lelp', params: { directions: 'random' } },
    ],
  },
});
