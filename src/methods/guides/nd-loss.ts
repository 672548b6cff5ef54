import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { curve, dot, norm } from './toys/maths';

export default defineGuide({
  id: 'nd-loss',
  when: 'When features of teacher and student can be compared and the student should become more decided.',
  avoid: 'When calibration matters: long features make answers too sure.',
  setup: {
    question:
      'Does it help to push features along the teacher’s mean of their class, and to make them longer?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'nd-loss' },
      { id: 'nd-loss', params: { form: 'direction' } },
    ],
  },
  figure: figure({
    title: 'Turn the feature, then lengthen it',
    controls: {
      length: number('Length of the student’s feature', 1, { min: 0.1, max: 4, step: 0.1 }),
      angle: number('Angle to the mean of its class, in degrees', 50, { min: -90, max: 90, step: 5 }),
    },
    show({ length, angle }) {
      const direction = [Math.cos(0.5), Math.sin(0.5)];
      const teacher = [2.2, 1.4];
      const at = (size: number) => {
        const way = 0.5 + (angle * Math.PI) / 180;
        return [size * Math.cos(way), size * Math.sin(way)];
      };
      const loss = (size: number) => 1 - dot(at(size), direction) / Math.max(size, norm(teacher));
      return {
        picture: {
          kind: 'curves',
          x: 'Length of the student’s feature',
          y: 'Loss',
          series: [{ name: `At ${angle}°`, values: curve(0.1, 4, loss) }],
          at: length,
        },
        numbers: { 'Norm and direction': loss(length), 'Length of the teacher’s feature': norm(teacher) },
        sentence:
          'The loss falls until the feature is as long as the teacher’s and stays level from there; only turning it towards the mean helps then.',
      };
    },
  }),
});
