import { defineGuide } from './kit';

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
});
