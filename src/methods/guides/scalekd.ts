import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { mean, squaredDistance, unit } from './toys/maths';

export default defineGuide({
  id: 'scalekd',
  when: 'When the teacher is a vision transformer and the student is not.',
  avoid:
    'When training must be cheap, or batches are below 16: projectors are dear and normalise over the batch.',
  setup: {
    question: 'Can a transformer teach a small CNN through its own last stage?',
    reduced:
      'Paper: ImageNet, Swin and ViT teachers pre-trained on far more images, 100 to 300 epochs. Here: a tiny hierarchical ViT trained on the page teaches a ResNet-8 on generated shapes of 16 pixels for 20 epochs.',
    scale: 'cifar',
    teacher: { id: 'hvit', params: { width: 32 } },
    optimizer: 'adam',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'scalekd' },
      { id: 'scalekd', params: { projector: 'conv' } },
      { id: 'scalekd', params: { detail: false } },
      { id: 'scalekd', params: { through: false } },
    ],
  },
  figure: figure({
    title: 'A map with and without its mean',
    controls: {
      offset: number('What is added to every cell of the student', 1, { min: 0, max: 4, step: 0.25 }),
      learnt: number('What the student has learnt', 0.4, { min: 0, max: 1, step: 0.05 }),
    },
    show({ offset, learnt }) {
      const teacher = [3.1, 3.4, 3, 3.8, 3.2, 3.1];
      const student = teacher.map(
        (v, i) => offset + 3 + learnt * (v - 3) + (1 - learnt) * 0.5 * Math.sin(4 * i),
      );
      const detail = (x: readonly number[]) => x.map((v) => v - mean(x));
      const apart = (a: readonly number[], b: readonly number[]) => squaredDistance([unit(a)], [unit(b)]);
      const cells = teacher.map((_, i) => `cell ${i + 1}`);
      return {
        picture: {
          kind: 'bars',
          categories: cells,
          series: [
            { name: 'Teacher', values: unit(detail(teacher)) },
            { name: 'Student', values: unit(detail(student)) },
          ],
        },
        numbers: {
          'As it is': apart(student, teacher),
          'Without the mean': apart(detail(student), detail(teacher)),
        },
        sentence:
          'As they are, the maps look equal, because their common part drowns the rest. Drawn is what is left without it, where they still differ.',
      };
    },
  }),
});
