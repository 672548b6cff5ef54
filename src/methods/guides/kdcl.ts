import { choice, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, distillation, mix } from './toys/maths';
import { answers, LABEL, studentAt, TARGET, TEACHER, temperature } from './toys/scenes';

/** A student that errs in other ways: it takes cats for foxes. */
const other = (share: number): number[] => mix([1.5, 0.2, 1.9, -0.8, 0.6], TEACHER, share);

export default defineGuide({
  id: 'kdcl',
  when: 'When several students can be trained at once and none of them is the best for all images.',
  avoid: 'When only one network fits into memory.',
  setup: {
    question: 'Which way to build a joint answer teaches best?',
    reduced:
      'Paper: ImageNet and CIFAR-100 with students of different sizes, each with its own changed images. Here: equal ResNet-8 peers that see the same generated shapes of 16 pixels, 20 epochs.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'dml' },
      { id: 'kdcl' },
      { id: 'kdcl', params: { rule: 'general' } },
    ],
  },
  figure: figure({
    title: 'One answer made of two',
    controls: {
      rule: choice('Joint answer', 'minlogit', {
        minlogit: 'Least logit of each wrong class',
        naive: 'The better of the two',
      }),
      second: number('What the second has learnt', 0.6, { min: 0, max: 1, step: 0.05 }),
      temperature: temperature(2),
    },
    show({ rule, second, temperature: t }) {
      const peers = [studentAt(0.3), other(second)] as const;
      const least = peers[0].map((_, k) => Math.min(...peers.map((z) => z[k]! - z[LABEL]!)));
      const [a, b] = peers.map((z) => crossEntropy(z, TARGET)) as [number, number];
      const joint = rule === 'minlogit' ? least : peers[a <= b ? 0 : 1];
      return {
        picture: answers({ First: peers[0], Second: peers[1], Joint: joint }, t),
        terms: { ce: a + b, joint: peers.reduce((all, z) => all + distillation(z, joint, t), 0) },
        sentence:
          'The least logit of every wrong class, counted from the right one, is surer of the cat than either student.',
      };
    },
    toy: ({ rule, second, temperature }) => ({
      params: { rule, temperature },
      labels: [LABEL],
      students: [{ logits: [studentAt(0.3)] }, { logits: [other(second)] }],
    }),
  }),
});
