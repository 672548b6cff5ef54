import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { gram, mix, type Rows, squaredDistance, unit } from './toys/maths';
import { LABELS, studentsAt, TEACHERS } from './toys/scenes';

/** Activations of a cat, a dog, a car and a ship. */
const TEACHER: Rows = [
  [1, 0.8, 0.1],
  [0.9, 1, 0.2],
  [0.1, 0.2, 1],
  [0.2, 0, 0.9],
];
const BEGINNER: Rows = [
  [0.5, 0.6, 0.6],
  [0.2, 0.9, 0.5],
  [0.7, 0.4, 0.5],
  [0.4, 0.6, 0.7],
];
const student = (learnt: number): number[][] => BEGINNER.map((row, i) => mix(row, TEACHER[i]!, learnt));

export default defineGuide({
  id: 'sp',
  when: 'When the layers of the two networks have different sizes: only the likeness of images is compared, so nothing has to fit.',
  avoid: 'With small batches, or batches in which no two images are alike.',
  setup: {
    question: 'Is it enough to copy which images look alike? Released weight beside ours.',
    reduced:
      'Paper: CIFAR-10 with ResNets and wide ResNets, 200 epochs. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'sp', params: { weight: 3000 } }, { id: 'sp' }],
  },
  figure: figure({
    title: 'Which images look alike',
    controls: { learnt: number('What the student has learnt', 0.3, { min: 0, max: 1, step: 0.05 }) },
    show({ learnt }) {
      const [p, s] = [TEACHER, student(learnt)].map((x) => gram(x).map(unit)) as [number[][], number[][]];
      return {
        picture: {
          kind: 'maps',
          maps: [
            { name: 'Teacher', rows: p },
            { name: 'Student', rows: s },
          ],
        },
        terms: { similarity: (300 / LABELS.length ** 2) * squaredDistance(s, p) },
        sentence:
          'Cat and dog, car and ship are alike to the teacher. Only these matrices are compared, so the layers may have any width.',
      };
    },
    toy: ({ learnt }) => ({
      params: {},
      labels: LABELS,
      students: [{ logits: studentsAt(0), taps: { last: student(learnt).map((row) => [row]) } }],
      teacher: { logits: TEACHERS, taps: { last: TEACHER.map((row) => [row]) } },
    }),
  }),
});
