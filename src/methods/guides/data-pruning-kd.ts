import { number } from '../../core/params';
import { weightFor } from '../data-pruning-kd/weight';
import { defineGuide, figure } from './kit';
import { crossEntropy, curve, distillation } from './toys/maths';
import { percent, studentAt, TARGET, TEACHER } from './toys/scenes';

export default defineGuide({
  id: 'data-pruning-kd',
  when: 'When the student may see only part of the images that the teacher saw.',
  avoid: 'When the teacher is weak: the less data, the more everything hangs on it.',
  setup: {
    question: 'Does a teacher make up for images that were thrown away?',
    reduced:
      'Paper: CIFAR, SVHN and ImageNet with ResNet-32 and larger, teacher and student of one form. Here: the same ResNet-8 as both, generated shapes of 16 pixels, 20 epochs’ worth of steps, a tenth of the images kept by lot.',
    scale: 'cifar',
    teacher: { id: 'resnet', params: { depth: 8, width: 8 } },
    student: { id: 'resnet', params: { depth: 8, width: 8 } },
    regimes: [{ id: 'data-pruning', params: { share: 0.1 } }],
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'data-pruning-kd' },
      { id: 'data-pruning-kd', params: { rule: 'manual', alpha: 0.5 } },
    ],
  },
  figure: figure({
    title: 'The fewer images, the more teacher',
    controls: { kept: number('Share of images kept', 0.2, { min: 0.01, max: 1, step: 0.01 }) },
    show({ kept }) {
      const weight = (share: number) => weightFor({ kept: share, noisyTeacher: false });
      const alpha = weight(kept);
      const z = studentAt(0.3);
      return {
        picture: {
          kind: 'curves',
          x: 'Share kept',
          y: 'Weight of the teacher',
          series: [
            { name: 'Teacher learnt from right labels', values: curve(0.01, 1, weight) },
            {
              name: 'From wrong ones',
              values: curve(0.01, 1, (share) => weightFor({ kept: share, noisyTeacher: true })),
            },
          ],
          at: kept,
        },
        numbers: {
          Labels: (1 - alpha) * crossEntropy(z, TARGET),
          Teacher: alpha * distillation(z, TEACHER, 4),
        },
        sentence: `With ${percent(kept)} of the images the teacher counts ${percent(alpha)} and the labels the rest.`,
      };
    },
  }),
});
