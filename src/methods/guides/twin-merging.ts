import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { minus, norm, scale, sum, transpose } from './toys/maths';

/** Two weights of three experts that began at 0. */
const EXPERTS = [
  [2, 1],
  [-1, 2],
  [1, -1.5],
] as const;
const pair = (x: readonly number[]): readonly [number, number] => [x[0]!, x[1]!];

export default defineGuide({
  id: 'twin-merging',
  when: 'When one network fine-tuned for several tasks should do all of them, without storing it as often as there are tasks.',
  avoid:
    'For networks that were trained from different starts, and where tasks look so alike that no router can tell them apart.',
  setup: {
    question: 'Does adding back what is special of each expert beat one merged network?',
    reduced:
      'Paper: language models fine-tuned on eight tasks or more, and the head of the true task is known. Here: a small CNN, three groups of the classes of generated shapes, 20 epochs for base, experts and router together, and the router names the head.',
    scale: 'cifar',
    student: { id: 'cnn', params: { width: 8, blocks: 3 } },
    optimizer: 'adam',
    students: [
      { id: 'labels-only' },
      { id: 'twin-merging', params: { density: 0.5 } },
      { id: 'twin-merging', params: { density: 0 } },
    ],
  },
  figure: figure({
    title: 'Shared and exclusive parts of three experts',
    controls: {
      gamma: number('Shared factor', 0.33, { min: 0, max: 1, step: 0.01 }),
      weight: number('Weight of the first expert', 0.8, { min: 0, max: 1, step: 0.05 }),
      kept: number('Share of the exclusive parts that is kept', 1, { min: 0, max: 1, step: 0.05 }),
    },
    show({ gamma, weight, kept }) {
      const shared = scale(transpose(EXPERTS).map(sum), gamma);
      const exclusive = EXPERTS.map((expert) => scale(minus(expert, shared), kept));
      const weights = [weight, (1 - weight) / 2, (1 - weight) / 2];
      const added = transpose(exclusive).map((column) => sum(column.map((v, t) => weights[t]! * v)));
      const merged = minus(shared, scale(added, -1));
      return {
        picture: {
          kind: 'points',
          x: 'First weight',
          y: 'Second weight',
          series: [
            { name: 'Base', values: [[0, 0]] },
            { name: 'Experts', values: EXPERTS.map(pair) },
            { name: 'Shared', values: [pair(shared)] },
            { name: 'For this input', values: [pair(merged)] },
          ],
        },
        numbers: {
          'From the shared network to the first expert': norm(minus(EXPERTS[0], shared)),
          'From this input’s network to it': norm(minus(EXPERTS[0], merged)),
        },
        sentence:
          'The shared network lies between the experts and is none of them. The surer the router is of one, the closer the network of this input comes to it, as far as its special part was kept.',
      };
    },
  }),
});
