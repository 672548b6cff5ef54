import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, distillation } from './toys/maths';
import { answers, LABEL, learnt, studentAt, TARGET, temperature } from './toys/scenes';

export default defineGuide({
  id: 'dml',
  when: 'When there is no teacher and you can afford to train two small networks at once.',
  avoid: 'When a good teacher is at hand: it knows more than a peer.',
  setup: {
    question: 'Do two or three students that start equal teach each other?',
    reduced:
      'Paper: CIFAR-100 and person search with pairs of ResNet-32 and wide ResNets, 200 epochs. Here: peers of ResNet-8 on generated shapes of 16 pixels, 20 epochs, updated from one pass.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'dml' }, { id: 'dml', params: { peers: 3 } }],
  },
  figure: figure({
    title: 'Two beginners compare their answers',
    controls: {
      first: { ...learnt, label: 'What the first has learnt' },
      second: number('What the second has learnt', 0.7, { min: 0, max: 1, step: 0.05 }),
      temperature: temperature(1),
    },
    show({ first, second, temperature: t }) {
      const [a, b] = [studentAt(first), studentAt(second)];
      return {
        picture: answers({ First: a, Second: b }, t),
        terms: {
          ce: crossEntropy(a, TARGET) + crossEntropy(b, TARGET),
          peers: distillation(a, b, t) + distillation(b, a, t),
        },
        sentence:
          'Each is pulled to the other’s answer, whoever is right; the labels decide in which direction both go.',
      };
    },
    toy: ({ first, second, temperature }) => ({
      params: { temperature },
      labels: [LABEL],
      students: [{ logits: [studentAt(first)] }, { logits: [studentAt(second)] }],
    }),
  }),
});
