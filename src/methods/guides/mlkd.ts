import { defineGuide, figure } from './kit';
import {
  crossEntropy,
  distillation,
  gram,
  mean,
  oneHot,
  softmax,
  squaredDistance,
  transpose,
} from './toys/maths';
import { CLASSES, fourImages, LABELS, learnt, studentsAt, TEACHERS, temperature } from './toys/scenes';

export default defineGuide({
  id: 'mlkd',
  when: 'When you want more from the answers alone: several temperatures and the relations inside a batch.',
  avoid: 'With small batches: the relations between images need company.',
  setup: {
    question:
      'Does it help to match images, pairs of images and classes at once? One view beside the two of the released code.',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine. The second, strongly changed view is ours.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'mlkd' },
      { id: 'mlkd', params: { form: 'released' } },
    ],
  },
  figure: figure({
    title: 'Four images: which are answered alike',
    controls: { temperature: temperature(4), learnt },
    show({ temperature, learnt }) {
      const z = studentsAt(learnt);
      const at = (t: number) => [z, TEACHERS].map((rows) => rows.map((row) => softmax(row, t)));
      const over = (level: (t: number) => number) => 0.9 * mean([2, 3, 4, 5, 6].map(level));
      const apart = (t: number, turn: (x: number[][]) => number[][]) => {
        const [s, p] = at(t);
        return squaredDistance(gram(turn(s!)), gram(turn(p!)));
      };
      const [s, p] = at(temperature);
      return {
        picture: {
          kind: 'maps',
          maps: [
            { name: 'Teacher', rows: gram(p!) },
            { name: 'Student', rows: gram(s!) },
          ],
        },
        terms: {
          ce: 0.1 * mean(z.map((row, i) => crossEntropy(row, oneHot(LABELS[i]!, CLASSES.length)))),
          instance: over((t) => mean(z.map((row, i) => distillation(row, TEACHERS[i]!, t)))),
          batch: over((t) => apart(t, (x) => x) / LABELS.length),
          class: over((t) => apart(t, transpose) / CLASSES.length),
        },
        sentence: `Cell (i, j) says how alike images i and j are answered, drawn at temperature ${temperature}; the terms average five temperatures.`,
      };
    },
    toy: ({ learnt }) => fourImages(learnt, {}),
  }),
});
