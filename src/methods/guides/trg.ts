import { integer, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { minus, norm, type Rows, sum } from './toys/maths';

const TOKENS: Rows = [
  [0, 0],
  [0.4, 0.2],
  [0.1, 0.6],
  [2, 2],
  [2.3, 1.8],
  [1.9, 2.5],
];

export default defineGuide({
  id: 'trg',
  when: 'When images hold several things, or classes have very different numbers of images.',
  avoid: 'With few images: our trials on a thousand of them showed no effect beyond chance.',
  setup: {
    question: 'Does a web of look-alike tokens help when most classes are rare?',
    reduced:
      'Paper: CIFAR-100 and ImageNet, also long-tailed, with CNNs and transformers. Here: 5,000 generated shapes of 16 pixels with a long tail, at most 512 tokens a batch, 20 epochs.',
    scale: 'cifar',
    dataset: { id: 'shapes', params: { count: 5000 } },
    regimes: [{ id: 'long-tailed' }],
    students: [{ id: 'labels-only' }, { id: 'kd' }, { id: 'trg' }],
  },
  figure: figure({
    title: 'A web of look-alike tokens',
    controls: {
      k: integer('Neighbours per token', 2, { min: 1, max: 5 }),
      learnt: number('What the student has learnt', 0.3, { min: 0, max: 1, step: 0.05 }),
    },
    show({ k, learnt }) {
      const student = TOKENS.map(([x, y], i) => [
        x! + (1 - learnt) * Math.sin(7 * i + 1),
        y! + (1 - learnt) * Math.cos(5 * i),
      ]);
      const graph = (tokens: Rows) => {
        const apart = tokens.map((a) => tokens.map((b) => norm(minus(a, b)) ** 2));
        const near = apart.map((row, i) =>
          row.map((d, j) => i !== j && row.filter((other, at) => at !== i && other < d).length < k),
        );
        const edges = apart.flatMap((row, i) => row.filter((_, j) => near[i]![j]));
        const width = sum(edges) / edges.length;
        return apart.map((row, i) => row.map((d, j) => (near[j]![i] ? Math.exp(-d / (2 * width)) : 0)));
      };
      return {
        picture: {
          kind: 'maps',
          maps: [
            { name: 'Teacher', rows: graph(TOKENS) },
            { name: 'Student', rows: graph(student) },
          ],
        },
        sentence:
          'Column j has an edge from each of the nearest tokens of token j, the nearer the stronger, whichever image they come from. The student is to weave the same web.',
      };
    },
  }),
});
