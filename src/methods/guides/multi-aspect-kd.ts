import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { mean, softplus } from './toys/maths';

export default defineGuide({
  id: 'multi-aspect-kd',
  when: 'When you can say what tells the classes apart: colour, parts, place.',
  avoid: 'When no such answers exist: random code words carry no meaning.',
  setup: {
    question: 'Do questions about an image help to learn its class, and would any code do as well?',
    reduced:
      'Paper: fine-grained birds, cars and aircraft, 50 questions answered by a vision-language model, 240 epochs. Here: the generator of the shapes answers; 16 pixels, a ResNet-8, 20 epochs.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'multi-aspect-kd' },
      { id: 'multi-aspect-kd', params: { source: 'shuffled' } },
      { id: 'multi-aspect-kd', params: { source: 'random' } },
    ],
  },
  figure: figure({
    title: 'Questions beside the class',
    controls: {
      fur: number('“Fur?” of the student', 0.5, { min: -4, max: 4, step: 0.25 }),
      wheels: number('“Wheels?” of the student', 1, { min: -4, max: 4, step: 0.25 }),
      doubt: number('Doubt in the answers', 0.05, { min: 0, max: 0.4, step: 0.05 }),
    },
    show({ fur, wheels, doubt }) {
      const logits = [fur, 2, wheels, -1];
      const asked = [1, 1, 0, 0].map((yes) => yes * (1 - 2 * doubt) + doubt);
      const cost = logits.map((u, q) => softplus(u) - u * asked[q]!);
      return {
        picture: {
          kind: 'bars',
          categories: ['Fur?', 'Legs?', 'Wheels?', 'Sails?'],
          series: [
            { name: 'Right answer', values: asked },
            { name: 'Student says yes', values: logits.map((u) => 1 / (1 + Math.exp(-u))) },
          ],
        },
        numbers: { 'Cost of the questions': mean(cost) },
        sentence:
          'A cat has fur and legs. Every question is answered by yes or no for itself, so what cats share with dogs is learnt once for both.',
      };
    },
  }),
});
