import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { softmax } from './toys/maths';

export default defineGuide({
  id: 'lelp',
  when: 'With two to five classes, where probabilities alone say little.',
  avoid: 'With many classes: the answers already tell which are alike.',
  setup: {
    question: 'Do made-up subclasses teach more than two probabilities?',
    reduced:
      'Paper: text with few classes, and CIFAR with its classes grouped in two. Here: generated shapes of 16 pixels in two groups by lot, ResNet-14 to ResNet-8, 20 epochs; random directions and clusters are the controls, the shapes themselves the upper bound.',
    scale: 'cifar',
    dataset: { id: 'shapes' },
    data: { groups: 'two' },
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'lelp' },
      { id: 'lelp', params: { directions: 'random' } },
      { id: 'lelp', params: { directions: 'clusters' } },
      { id: 'lelp', params: { directions: 'finer' } },
    ],
  },
  figure: figure({
    title: 'Made-up classes inside a class',
    controls: {
      place: number('Place of the image along the direction', 0.6, { min: -2, max: 2, step: 0.1 }),
      beta: number('Sharpness of the split', 0.5, { min: 0.1, max: 2, step: 0.1 }),
      cat: number('Teacher’s probability of “cat”', 0.8, { min: 0, max: 1, step: 0.05 }),
    },
    show({ place, beta, cat }) {
      const along = softmax([place, -place], beta);
      const across = softmax([0.4, -0.4], beta);
      const shares = [...along.map((p) => cat * p), ...across.map((p) => (1 - cat) * p)];
      return {
        picture: {
          kind: 'bars',
          categories: ['cat 1', 'cat 2', 'dog 1', 'dog 2'],
          series: [{ name: 'Target', values: shares }],
        },
        numbers: { 'Sum of the cats': shares[0]! + shares[1]! },
        sentence:
          'With two classes the teacher gives one number. Its embedding says more: where in the class the image lies. The parts of a class always add up to the class.',
      };
    },
  }),
});
