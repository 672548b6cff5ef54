import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, entropy, mix, oneHot, softmax } from './toys/maths';

/** Joint logits of a head that tells turns better than classes: cat and dog, four turns each. */
const headAt = (classes: number, turns: number): number[] =>
  [1, 0].flatMap((cat) => [0, 1, 2, 3].map((turn) => classes * cat + (turn === 1 ? turns : 0)));

const CATEGORIES = ['cat', 'dog'].flatMap((name) =>
  ['0°', '90°', '180°', '270°'].map((turn) => `${name} ${turn}`),
);
/** A cat, turned by 90°. */
const TRUTH = oneHot(1, 8);

export default defineGuide({
  id: 'lsskd',
  when: 'When there is no teacher, images have an upright position and training may cost four times as much.',
  avoid:
    'When turned images look alike, such as letters and round shapes, or memory is short: every head remembers every image.',
  setup: {
    question: 'Do heads that guess class and turn, and are thrown away, leave a better network?',
    reduced:
      'Paper: CIFAR-100, Tiny ImageNet and ImageNet with residual and mobile networks. Here: a ResNet-8 on generated shapes of 16 pixels, 20 epochs; a head is two convolutions.',
    scale: 'cifar',
    training: { flip: false },
    students: [
      { id: 'labels-only' },
      { id: 'ps-kd' },
      { id: 'lsskd' },
      { id: 'lsskd', params: { softening: 0, layers: 0, features: 0 } },
    ],
  },
  figure: figure({
    title: 'Class and turn in one answer',
    controls: {
      classes: number('How well the head tells cats from dogs', 1, { min: 0, max: 4, step: 0.25 }),
      turns: number('How well it sees the turn', 1, { min: 0, max: 4, step: 0.25 }),
      past: number('Weight of its answer an epoch ago', 0.3, { min: 0, max: 0.9, step: 0.05 }),
    },
    show({ classes, turns, past }) {
      const z = headAt(classes, turns);
      const before = softmax(headAt(classes / 2, turns / 2));
      const target = mix(TRUTH, before, past);
      const cat = softmax(z)
        .slice(0, 4)
        .reduce((a, b) => a + b, 0);
      return {
        picture: {
          kind: 'bars',
          categories: CATEGORIES,
          series: [
            { name: 'Target', values: target },
            { name: 'Head', values: softmax(z) },
          ],
        },
        numbers: {
          'Class and turn': crossEntropy(z, target),
          'Entropy of the target': entropy(target),
          'A cat, whatever the turn': cat,
        },
        sentence:
          'The image is a cat turned by 90°. A head has an output for every pair, so it has to find out what is up before it can name the animal.',
      };
    },
  }),
});
