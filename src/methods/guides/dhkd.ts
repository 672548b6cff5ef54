import { defineGuide, figure } from './kit';
import { crossEntropy, curve, minus, softplus, sum } from './toys/maths';
import { learnt, oneImage, studentAt, TARGET, TEACHER, temperature } from './toys/scenes';

export default defineGuide({
  id: 'dhkd',
  when: 'When matching logits directly and learning labels get in each other’s way.',
  avoid: 'With many classes, unless the teacher’s weight is lowered: the loss sums over classes.',
  setup: {
    question: 'Does a second head for the teacher’s logits keep both lessons apart?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'dhkd' },
      { id: 'dhkd', params: { head: 'none' } },
      { id: 'dhkd', params: { align: false } },
    ],
  },
  figure: figure({
    title: 'What a wrong logit costs',
    controls: { temperature: temperature(2), learnt },
    show({ temperature: t, learnt }) {
      const z = studentAt(learnt);
      const cost = (gap: number) => 0.5 * softplus(gap / t) + 0.5 * softplus(-gap / t) - Math.LN2;
      const gaps = minus(z, TEACHER);
      return {
        picture: {
          kind: 'curves',
          x: 'Student’s logit less the teacher’s',
          y: 'Cost',
          series: [{ name: 'Cost of one logit', values: curve(-5, 5, cost) }],
          at: gaps[0]!,
        },
        terms: { labels: crossEntropy(z, TARGET), teacher: t * t * sum(gaps.map(cost)) },
        sentence:
          'The mark is the cat’s logit. Unlike softmax, this sees every logit by itself, also when all of them are shifted alike.',
      };
    },
    toy: ({ temperature, learnt }) => oneImage(learnt, { temperature, head: 'none' }),
  }),
});
