import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { softmax } from './toys/maths';

/** Training images of five classes. */
const COUNTS = [100, 40, 15, 6, 2];
const NAMES = COUNTS.map((n) => `${n} images`);

export default defineGuide({
  id: 'mdcs',
  when: 'With a long tail: some classes have many training images, others hardly any, and all matter alike.',
  avoid: 'With classes of equal size: all experts then learn the same, at twice the cost.',
  setup: {
    question: 'Do experts for common and rare classes together serve the rare ones?',
    reduced:
      'Paper: CIFAR, ImageNet, Places and iNaturalist with long tails, three experts of a ResNet-32 or larger, 400 epochs. Here: generated shapes of 16 pixels, the largest class fifty times the smallest, a ResNet-8, 20 epochs; AutoAugment is replaced.',
    scale: 'cifar',
    regimes: [{ id: 'long-tailed', params: { factor: 50 } }],
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'mdcs' },
      { id: 'mdcs', params: { common: 1, even: 1, rare: 1 } },
    ],
  },
  figure: figure({
    title: 'What a tilt asks of an expert',
    controls: {
      tilt: number('Tilt', 2.5, { min: -2, max: 4, step: 0.25 }),
    },
    show({ tilt }) {
      const granted = softmax(COUNTS.map((n) => tilt * Math.log(n)));
      const asked = softmax(COUNTS.map((n) => (1 - tilt) * Math.log(n)));
      return {
        picture: {
          kind: 'bars',
          categories: NAMES,
          series: [
            { name: 'Granted in training', values: granted },
            { name: 'Left in its own answer', values: asked },
          ],
        },
        numbers: { 'Left to the rarest': asked.at(-1)! },
        sentence:
          'While it trains, an expert is granted that common classes are likely; what it has to say itself is the rest. Above 1 that prefers rare classes, below 1 common ones.',
      };
    },
  }),
});
