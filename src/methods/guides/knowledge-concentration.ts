import { boolean, integer, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { norm, scale, softplus, sum } from './toys/maths';

const NAMES = ['cat', 'dog', 'fox', 'horse', 'car', 'truck'];
/** The first four are animals, the others vehicles. */
const ANIMALS = 4;
/** What the specialist for animals says of a dog. */
const SPECIALIST = [1.2, 3, 0.4, -2];
const STUDENT = [0.6, 1.4, 0.9, -0.5, 0.4, -0.8];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const cell = (x: number, z: number): number => softplus(x) - x * z;

/** The largest k answers of the specialist, 0 for all else. */
function told(k: number): number[] {
  const least = [...SPECIALIST].sort((a, b) => b - a)[k - 1]!;
  return NAMES.map((_, j) => (j < ANIMALS && SPECIALIST[j]! >= least ? sigmoid(SPECIALIST[j]!) : 0));
}

const paced = (x: readonly number[], gamma: number): number[] => scale(x, gamma / norm(x));

export default defineGuide({
  id: 'knowledge-concentration',
  when: 'With many classes in groups, when networks for single groups do better than one for all.',
  avoid:
    'Where a network for a group is no better than one for all, or where groups have two or three classes: lengths over all logits then suit better. Scales want SGD, or a longer stride.',
  setup: {
    question: 'Does one network gain from specialists for groups of its classes?',
    reduced:
      'Paper: 100,000 classes of web images in 20 verticals, Inception networks. Here: 64 classes of generated shapes in 8 groups by colour, residual networks, 20 epochs of which specialists take half; without them students wait as long.',
    scale: 'cifar',
    dataset: { id: 'shapes', params: { label: 'both' } },
    students: [
      { id: 'labels-only' },
      { id: 'knowledge-concentration', params: { distill: false, layers: 'fc', pace: 'none' } },
      { id: 'knowledge-concentration', params: { distill: false, pace: 'none' } },
      { id: 'knowledge-concentration', params: { pace: 'none' } },
      { id: 'knowledge-concentration', params: { distill: false } },
      { id: 'knowledge-concentration' },
    ],
  },
  figure: figure({
    title: 'What the student is told of a dog',
    controls: {
      kept: integer('Classes kept', 2, { min: 1, max: 4 }),
      pace: boolean('At the pace of each vertical', true),
      animals: number('Scale of animals', 2, { min: 0.5, max: 6, step: 0.5 }),
    },
    show({ kept, pace, animals }) {
      const targets = told(kept);
      const y = pace
        ? [...paced(STUDENT.slice(0, ANIMALS), animals), ...paced(STUDENT.slice(ANIMALS), Math.SQRT2)]
        : STUDENT;
      const cells = y.map((x, j) => cell(x, targets[j]!));
      return {
        picture: {
          kind: 'bars',
          categories: NAMES,
          series: [
            { name: 'Target', values: targets },
            { name: 'Student', values: y.map(sigmoid) },
          ],
        },
        terms: { inside: sum(cells.slice(0, ANIMALS)), outside: sum(cells.slice(ANIMALS)) },
        sentence: pace
          ? 'A larger scale makes the answers about animals surer and their lessons stronger; vehicles keep their own pace.'
          : 'Only the specialist for animals is asked; what it rules out and all vehicles become 0.',
      };
    },
  }),
});
