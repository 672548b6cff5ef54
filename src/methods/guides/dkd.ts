import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, kl, softmax } from './toys/maths';
import { CLASSES, learnt, oneImage, studentAt, TARGET, TEACHER, temperature } from './toys/scenes';

export default defineGuide({
  id: 'dkd',
  when: 'When plain distillation works and there are many classes: it lets you weigh the ranking of the wrong classes by itself.',
  avoid: 'With two classes: there is no ranking of wrong classes to learn.',
  setup: {
    question: 'Does the ranking of the wrong classes carry the lesson? Released weight 8 beside ours of 1.',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [{ id: 'labels-only' }, { id: 'kd' }, { id: 'dkd', params: { beta: 8 } }, { id: 'dkd' }],
  },
  figure: figure({
    title: 'The right class, and the ranking of the rest',
    controls: {
      temperature: temperature(4),
      beta: number('Other classes (beta)', 1, { min: 0, max: 16 }),
      learnt,
    },
    show({ temperature: t, beta, learnt }) {
      const z = studentAt(learnt);
      const [p, q] = [softmax(TEACHER, t), softmax(z, t)];
      const two = (x: readonly number[]) => [x[0]!, 1 - x[0]!];
      const others = (x: readonly number[]) => softmax(x.slice(1), t);
      return {
        picture: {
          kind: 'bars',
          categories: ['cat', 'not cat', ...CLASSES.slice(1)],
          series: [
            { name: 'Teacher', values: [...two(p), ...others(TEACHER)] },
            { name: 'Student', values: [...two(q), ...others(z)] },
          ],
        },
        terms: {
          ce: crossEntropy(z, TARGET),
          target: t * t * kl(two(p), two(q)),
          rest: beta * t * t * kl(others(TEACHER), others(z)),
        },
        sentence:
          'Left: how sure each is of the cat. Right: how each ranks what is not a cat, as shares of 100 % among themselves.',
      };
    },
    toy: ({ temperature, beta, learnt }) => oneImage(learnt, { temperature, beta, warmup: 0 }),
  }),
});
