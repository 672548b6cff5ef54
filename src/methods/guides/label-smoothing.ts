import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, oneHot, softmax } from './toys/maths';
import { CLASSES, LABEL, learnt, oneImage, percent, studentAt } from './toys/scenes';

export default defineGuide({
  id: 'label-smoothing',
  when: 'When there is no teacher and the network is too sure of itself; it costs nothing.',
  avoid:
    'When the network is to become a teacher: smoothed answers tell less about which wrong classes are alike.',
  setup: {
    question: 'How much smoothing makes a network better calibrated, and how much too vague?',
    reduced:
      'Paper: Inception-v3 on ImageNet with a smoothing of 0.1. Here: a small ResNet on generated shapes of 16 pixels, 20 epochs, no teacher involved.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'label-smoothing' },
      { id: 'label-smoothing', params: { epsilon: 0.3 } },
    ],
  },
  figure: figure({
    title: 'A label with a little of everything',
    controls: { epsilon: number('Smoothing', 0.1, { min: 0, max: 0.9, step: 0.05 }), learnt },
    show({ epsilon, learnt }) {
      const z = studentAt(learnt);
      const target = oneHot(LABEL, CLASSES.length).map((q) => (1 - epsilon) * q + epsilon / CLASSES.length);
      return {
        picture: {
          kind: 'bars',
          categories: CLASSES,
          series: [
            { name: 'Smoothed label', values: target },
            { name: 'Student', values: softmax(z) },
          ],
        },
        terms: { ce: crossEntropy(z, target) },
        sentence: `The label asks for ${percent(target[0]!)} cat and the same ${percent(target[1]!)} of every other class, whether it looks like a cat or not.`,
      };
    },
    toy: ({ epsilon, learnt }) => oneImage(learnt, { epsilon }),
  }),
});
