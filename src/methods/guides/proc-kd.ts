import { number } from '../../core/params';
import { defineGuide, figure } from './kit';

const softmax = (scores: readonly number[]): number[] => {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};

export default defineGuide({
  id: 'proc-kd',
  when: 'When the teacher knows other classes and you have few labelled images of yours.',
  avoid: 'When the teacher knows your classes: its answers tell more than its features.',
  setup: {
    question: 'Can features of a teacher of other classes help with 20 images a class?',
    reduced:
      'Paper: a DeiT-B trained on ImageNet teaches a six-layer DeiT for CIFAR-100 and other tasks. Here: a small network trained on half of the generated classes, so nothing of its breadth; the last student reads a teacher that never learned.',
    scale: 'ready',
    regimes: [{ id: 'label-space-split' }, { id: 'few-shot', params: { shots: 20, budget: 'updates' } }],
    students: [
      { id: 'labels-only' },
      { id: 'proc-kd' },
      { id: 'proc-kd', params: { answers: 'augmented' } },
      { id: 'proc-kd', params: { augmented: 0, own: 0, agree: 0, hint: 1 } },
      { id: 'proc-kd', params: { source: 'random' } },
    ],
  },
  figure: figure({
    title: 'Which prototypes a token resembles',
    controls: {
      along: number('First feature of the token', 1, { min: -2, max: 2, step: 0.1 }),
      across: number('Second feature', 0.5, { min: -2, max: 2, step: 0.1 }),
    },
    show({ along, across }) {
      const prototypes = [
        [1, 0],
        [0, 1],
        [0.7, 0.7],
        [-1, 0.2],
      ] as const;
      const shares = softmax(prototypes.map(([x, y]) => x * along + y * across));
      const found = [0, 1].map((axis) =>
        prototypes.reduce((sum, prototype, i) => sum + (prototype[axis] ?? 0) * (shares[i] ?? 0), 0),
      );
      return {
        picture: {
          kind: 'bars',
          categories: prototypes.map((_, i) => `prototype ${i + 1}`),
          series: [{ name: 'Share', values: shares }],
        },
        numbers: { 'First feature added': found[0] ?? 0, 'Second feature added': found[1] ?? 0 },
        sentence:
          'The token is told, beside itself, what the prototypes it resembles have in common. A token of zeros resembles all of them alike.',
      };
    },
  }),
});
