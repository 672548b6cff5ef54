import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { mix, oneHot, softmax } from './toys/maths';
import { CLASSES, LABEL, percent, studentAt } from './toys/scenes';

export default defineGuide({
  id: 'ps-kd',
  when: 'When there is no teacher, the labels may be wrong or the network grows too sure.',
  avoid: 'In runs of a few epochs: its own past has little to tell yet.',
  setup: {
    question: 'Is a network its own teacher when its last answers soften the labels?',
    reduced:
      'Paper: CIFAR-100 and ImageNet with ResNet-18 and larger, 300 epochs. Here: a ResNet-8 on generated shapes of 16 pixels, 20 epochs.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'label-smoothing' }, { id: 'ps-kd' }],
  },
  figure: figure({
    title: 'Yesterday’s answer in today’s label',
    controls: {
      epoch: number('Share of the run done', 0.5, { min: 0, max: 1, step: 0.05 }),
      strength: number('Weight of the past at the end', 0.8, { min: 0, max: 1, step: 0.05 }),
    },
    show({ epoch, strength }) {
      const weight = strength * epoch;
      const past = softmax(studentAt(epoch));
      return {
        picture: {
          kind: 'bars',
          categories: CLASSES,
          series: [
            { name: 'Last answer', values: past },
            { name: 'New label', values: mix(oneHot(LABEL, CLASSES.length), past, weight) },
          ],
        },
        numbers: { 'Weight of the past': weight },
        sentence: `Here the last answer makes up ${percent(weight)} of the label: little at first, when the student knows little, more towards the end.`,
      };
    },
  }),
});
