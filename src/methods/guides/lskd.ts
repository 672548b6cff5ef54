import { number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, deviation, distillation, mean, mix, type Row, scale } from './toys/maths';
import { answers, LABEL, studentAt, TARGET, TEACHER, temperature } from './toys/scenes';

export default defineGuide({
  id: 'lskd',
  when: 'When teacher and student differ much in size: the student need not reach the size of the teacher’s logits.',
  avoid: 'When the probabilities must be right: the labels alone then set how sure the student is.',
  setup: {
    question: 'Is it enough to match the shape of the logits? Released weights beside ours.',
    reduced:
      'Paper: CIFAR-100 with ResNets, 240 epochs of SGD. Here: generated shapes of 16 pixels, ResNet-14 to ResNet-8, 20 epochs, a rate that falls as a cosine.',
    scale: 'cifar',
    students: [
      { id: 'labels-only' },
      { id: 'kd' },
      { id: 'lskd', params: { weight: 9, ceWeight: 0.1 } },
      { id: 'lskd' },
    ],
  },
  figure: figure({
    title: 'The shape of an answer without its size',
    controls: {
      temperature: temperature(2),
      size: number('Size of the student’s logits', 0.3, { min: 0.1, max: 2, step: 0.1 }),
    },
    show({ temperature: t, size }) {
      const standard = (z: Row) => z.map((v) => (v - mean(z)) / (deviation(z, true) + 1e-7));
      const z = scale(mix(studentAt(0), TEACHER, 0.8), size);
      return {
        picture: answers({ Teacher: standard(TEACHER), Student: standard(z) }, t),
        terms: { ce: 0.5 * crossEntropy(z, TARGET), kd: distillation(standard(z), standard(TEACHER), t) },
        numbers: { 'Without standardising': distillation(z, TEACHER, t) },
        sentence:
          'Making the student’s logits larger or smaller moves neither the bars nor the teacher’s term; plain distillation would ask for the teacher’s size as well.',
      };
    },
    toy: ({ temperature, size }) => ({
      params: { temperature },
      labels: [LABEL],
      students: [{ logits: [scale(mix(studentAt(0), TEACHER, 0.8), size)] }],
      teacher: { logits: [TEACHER] },
    }),
  }),
});
