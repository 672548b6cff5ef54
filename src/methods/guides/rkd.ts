import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { dot, huber, mean, minus, norm, type Rows, sum } from './toys/maths';
import { LABELS, studentsAt, TEACHERS } from './toys/scenes';

const POINTS: Rows = [
  [0, 0],
  [2, 0.2],
  [2.2, 1.8],
  [0.3, 1.5],
];
/** The teacher's points, smaller or larger, with one corner moved. */
const student = (size: number, bend: number): number[][] =>
  POINTS.map(([x, y], i) => [size * (x! + (i === 2 ? bend : 0)), size * (y! - (i === 1 ? bend : 0))]);

export default defineGuide({
  id: 'rkd',
  when: 'When distances matter more than classes, such as in search by likeness; widths may differ.',
  avoid: 'With small batches, or when memory is short: angles grow with the third power of the rows.',
  setup: {
    question:
      'Do distances and angles between images teach anything beside labels? Released weights beside ours.',
    reduced:
      'Paper: retrieval on birds and cars, and CIFAR-100. Here: only classification, on generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, 64 rows a batch.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'rkd', params: { distance: 25, angle: 50 } }, { id: 'rkd' }],
  },
  figure: figure({
    title: 'Four images as points',
    controls: {
      size: number('Size of the student’s arrangement', 0.6, { min: 0.2, max: 2, step: 0.1 }),
      bend: number('How much it is bent', 0.5, { min: 0, max: 1, step: 0.05 }),
    },
    show({ size, bend }) {
      const s = student(size, bend);
      const pairs = (x: Rows) => {
        const all = x.flatMap((a) => x.map((b) => norm(minus(a, b))));
        const middle = sum(all) / (x.length * (x.length - 1));
        return all.map((d) => d / middle);
      };
      const cosines = (x: Rows) =>
        x.flatMap((corner) => {
          const ways = x
            .map((b) => minus(b, corner))
            .map((d) => (norm(d) > 0 ? d.map((v) => v / norm(d)) : d));
          return ways.flatMap((a) => ways.map((b) => dot(a, b)));
        });
      const apart = (f: (x: Rows) => number[]) => mean(minus(f(s), f(POINTS)).map(huber));
      return {
        picture: {
          kind: 'points',
          x: '',
          y: '',
          path: true,
          series: [
            { name: 'Teacher', values: [...POINTS, POINTS[0]!].map(([a, b]) => [a!, b!] as const) },
            { name: 'Student', values: [...s, s[0]!].map(([a, b]) => [a!, b!] as const) },
          ],
        },
        terms: { distance: 5 * apart(pairs), angle: 10 * apart(cosines) },
        sentence:
          'Making the arrangement larger or smaller costs nothing: distances are relative. Bending it changes distances and angles.',
      };
    },
    toy: ({ size, bend }) => ({
      params: {},
      labels: LABELS,
      students: [{ logits: studentsAt(0), embedding: student(size, bend) }],
      teacher: { logits: TEACHERS, embedding: POINTS },
    }),
  }),
});
