import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, deviation, distillation, mix, oneHot, scale, softmax } from './toys/maths';
import { CLASSES, LABEL, percent, studentAt, TEACHER, TEACHERS } from './toys/scenes';

export default defineGuide({
  id: 'mixup-kd',
  when: 'When images are few and blends of two still make sense.',
  avoid: 'When small details decide the class: blends wash them out.',
  setup: {
    question: 'How much of a batch should be blended, and should the logits be brought to one sharpness?',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'mixup-kd' },
      { id: 'mixup-kd', params: { share: 1 } },
      { id: 'mixup-kd', params: { rescale: false } },
      { id: 'mixup-kd', params: { teacher: 'blends' } },
    ],
  },
  figure: figure({
    title: 'Half a cat, half a ship',
    controls: {
      share: number('Share of the ship', 0.3, { min: 0, max: 1, step: 0.05 }),
      learnt: number('What the student has learnt', 0.3, { min: 0, max: 1, step: 0.05 }),
    },
    show({ share, learnt }) {
      const target = mix(oneHot(LABEL, CLASSES.length), oneHot(4, CLASSES.length), share);
      const teacher = mix(TEACHER, TEACHERS[3]!, share);
      const student = mix(studentAt(0), teacher, learnt);
      const [u, v] = [teacher, student].map((z) => scale(z, 1 / deviation(z))) as [number[], number[]];
      return {
        picture: {
          kind: 'bars',
          categories: CLASSES,
          series: [
            { name: 'Blended label', values: target },
            { name: 'Teacher', values: softmax(u) },
            { name: 'Student', values: softmax(v) },
          ],
        },
        numbers: { Labels: 0.1 * crossEntropy(v, target), Teacher: 0.9 * distillation(v, u, 1) },
        sentence: `The label is ${percent(1 - share)} cat and ${percent(share)} ship. Both answers are brought to one sharpness before they are compared. The teacher’s answer to a blend is made up here: between those to the two images.`,
      };
    },
  }),
});
