import { defineGuide, figure } from './kit';
import { correlation, crossEntropy, mean, oneHot, softmax, transpose } from './toys/maths';
import { CLASSES, fourImages, LABELS, learnt, studentsAt, TEACHERS, temperature } from './toys/scenes';

export default defineGuide({
  id: 'dist',
  when: 'When the teacher is much stronger than the student: matching the order asks less than matching every probability.',
  avoid: 'With two classes, where an order says no more than the larger probability.',
  setup: {
    question: 'Does matching the order help where matching values fails, with a much larger teacher?',
    reduced:
      'Paper: ImageNet and CIFAR-100 with strongly trained, large teachers. Here: a ResNet-20 teaches a ResNet-8 on generated shapes of 16 pixels for 20 epochs.',
    scale: 'cifar',
    teacher: { id: 'resnet', params: { depth: 20, width: 24 } },
    students: [{ id: 'labels-only' }, { id: 'kd' }, { id: 'dist' }],
  },
  figure: figure({
    title: 'Agree in order, not in value',
    controls: { temperature: temperature(4), learnt },
    show({ temperature: t, learnt }) {
      const z = studentsAt(learnt);
      const [s, p] = [z.map((row) => softmax(row, t)), TEACHERS.map((row) => softmax(row, t))];
      const apart = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
        2 * t * t * (1 - mean(a.map((row, i) => correlation(row, b[i]!))));
      return {
        picture: {
          kind: 'points',
          x: 'Teacher',
          y: 'Student',
          series: ['Cat', 'Dog', 'Car', 'Ship'].map((name, i) => ({
            name,
            values: s[i]!.map((v, k) => [p[i]![k]!, v] as const),
          })),
        },
        terms: {
          ce: mean(z.map((row, i) => crossEntropy(row, oneHot(LABELS[i]!, CLASSES.length)))),
          inter: apart(s, p),
          intra: apart(transpose(s), transpose(p)),
        },
        sentence:
          'Points of one image on any rising line cost nothing: only their order and spacing count, not how large they are.',
      };
    },
    toy: ({ temperature, learnt }) => fourImages(learnt, { temperature }),
  }),
});
