import { integer, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { mix, type Row, squaredDistance, unit } from './toys/maths';
import { LABEL, studentAt, TEACHER } from './toys/scenes';

/** Maps of 4 by 4 cells with two channels: the teacher looks at the middle left, a beginner at the corner. */
function maps(learnt: number): { teacher: number[][]; student: number[][] } {
  const cells = Array.from({ length: 16 }, (_, i) => [i % 4, Math.floor(i / 4)] as const);
  const peak = (cx: number, cy: number, size: number) =>
    cells.map(([x, y]) => {
      const near = Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 2);
      return [size * near, 0.5 + 0.3 * near];
    });
  const teacher = peak(1, 1.5, 2);
  return { teacher, student: peak(3, 3, 1).map((cell, i) => mix(cell, teacher[i]!, learnt)) };
}

export default defineGuide({
  id: 'at',
  when: 'With convolutional networks whose maps have positions: it needs no trained part and no equal widths.',
  avoid: 'With fully connected networks: there is no place to look at.',
  setup: {
    question: 'Does the student profit from looking where the teacher looks? Released weight beside ours.',
    reduced:
      'Paper: CIFAR-10 and ImageNet with wide and plain ResNets. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs; all pairs of inner layers.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'at', params: { weight: 1000 } }, { id: 'at' }],
  },
  figure: figure({
    title: 'Where each of them looks',
    controls: {
      power: integer('Power', 2, { min: 1, max: 4 }),
      learnt: number('What the student has learnt', 0.3, { min: 0, max: 1, step: 0.05 }),
    },
    show({ power, learnt }) {
      const { teacher, student } = maps(learnt);
      const look = (cells: readonly Row[]) =>
        unit(
          cells.map((channels) => channels.reduce((a, v) => a + Math.abs(v) ** power, 0) / channels.length),
        );
      const [p, s] = [look(teacher), look(student)];
      const square = (row: Row) => [0, 4, 8, 12].map((at) => row.slice(at, at + 4));
      return {
        picture: {
          kind: 'maps',
          maps: [
            { name: 'Teacher', rows: square(p) },
            { name: 'Student', rows: square(s) },
          ],
        },
        terms: { attention: (100 * squaredDistance([s], [p])) / p.length },
        sentence:
          'Channels are summed up to one map of length 1 each. A higher power leaves only the strongest places.',
      };
    },
    toy: ({ power, learnt }) => ({
      params: { power },
      labels: [LABEL],
      students: [{ logits: [studentAt(0)], taps: { map: [maps(learnt).student] } }],
      teacher: { logits: [TEACHER], taps: { map: [maps(learnt).teacher] } },
    }),
  }),
});
