import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { dot, mean, softmax, transpose } from './toys/maths';

export default defineGuide({
  id: 'crd',
  when: 'When the features are to be used further, and the two networks are built differently.',
  avoid: 'With few images: there are too few different ones to push away.',
  setup: {
    question: 'Do contrasts inside the batch do as well as a memory of many images?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine. Released are 16384 negatives, more than there are images here: the memory uses 1024.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'crd' },
      { id: 'crd', params: { form: 'memory', negatives: 1024, width: 128, temperature: 0.07 } },
    ],
  },
  figure: figure({
    title: 'Attract the same, repel the others',
    controls: {
      temperature: number('Temperature', 0.1, { min: 0.05, max: 1, step: 0.05 }),
      turn: number('How far the student’s views are turned away', 0.6, { min: 0, max: 1.5, step: 0.1 }),
    },
    show({ temperature, turn }) {
      const view = (angles: readonly number[]) => angles.map((a) => [Math.cos(a), Math.sin(a)]);
      const teacher = view([0.2, 0.9, 2.6, 3.4]);
      const student = view([0.2 + turn, 0.9 - turn, 2.6 + turn / 2, 3.4 + turn]);
      const scores = student.map((s) => teacher.map((t) => dot(s, t) / temperature));
      const found = (rows: readonly (readonly number[])[]) => rows.map((row) => softmax(row));
      const contrast = (rows: readonly (readonly number[])[]) =>
        -0.5 * mean(found(rows).map((p, i) => Math.log(p[i]!)));
      return {
        picture: {
          kind: 'maps',
          maps: [
            { name: 'Student finds teacher’s view', rows: found(scores) },
            { name: 'Teacher finds student’s view', rows: found(transpose(scores)) },
          ],
        },
        numbers: {
          'Student’s view': 0.8 * contrast(scores),
          'Teacher’s view': 0.8 * contrast(transpose(scores)),
        },
        sentence:
          'Each row says with which image a view is taken to belong; the diagonal is right. A low temperature looks at the most similar ones only.',
      };
    },
  }),
});
