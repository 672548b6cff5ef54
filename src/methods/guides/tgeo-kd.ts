import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, curve, distillation } from './toys/maths';
import { learnt, percent, studentAt, TARGET, TEACHER, temperature } from './toys/scenes';

export default defineGuide({
  id: 'tgeo-kd',
  when: 'When the teacher is right on some images and wrong on others.',
  avoid: 'When images are few: a tenth of them is held back to judge the mix.',
  setup: {
    question: 'Can a small network learn whom to trust, image by image, when some labels are wrong?',
    reduced:
      'Paper: CIFAR-100, ImageNet and tables of attacks and clicks, students trained on all rows at once. Here: generated shapes of 16 pixels with a fifth of the labels wrong, mini-batches, look-ahead through the last layer.',
    scale: 'cifar',
    regimes: [{ id: 'label-noise', params: { share: 0.2 } }],
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'tgeo-kd' },
      { id: 'tgeo-kd', params: { learn: false } },
    ],
  },
  figure: figure({
    title: 'Listen to the teacher or to the label',
    controls: {
      alpha: number('Weight of the teacher', 0.5, { min: 0.02, max: 0.98, step: 0.02 }),
      temperature: temperature(4),
      learnt,
    },
    show({ alpha, temperature: t, learnt }) {
      const z = studentAt(learnt);
      const [teacher, label] = [distillation(z, TEACHER, t), crossEntropy(z, TARGET)];
      const loss = (a: number) => a * teacher + (1 - a) * label;
      return {
        picture: {
          kind: 'curves',
          x: 'Weight of the teacher',
          y: 'Loss of this image',
          series: [{ name: 'Loss', values: curve(0.02, 0.98, loss, 20) }],
          at: alpha,
        },
        numbers: {
          'Distance to the teacher': teacher,
          'Distance to the label': label,
          'Their mix': loss(alpha),
        },
        sentence: `Here the image counts ${percent(alpha)} for the teacher. The controller sets this weight for every image, from how the three lie to each other.`,
      };
    },
  }),
});
