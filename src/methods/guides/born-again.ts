import { choice } from '../../core/params';
import { defineGuide, figure } from './kit';
import { crossEntropy, distillation, softmax } from './toys/maths';
import { answers, learnt, oneImage, percent, studentAt, TARGET, TEACHER } from './toys/scenes';

export default defineGuide({
  id: 'born-again',
  when: 'When the network may not become smaller but should become better.',
  avoid: 'When the aim is a small network: teacher and student have one size here.',
  setup: {
    question:
      'Does a network get better when its former self teaches it, and do the wrong classes carry the lesson?',
    reduced:
      'Paper: CIFAR-100 with DenseNets and wide ResNets, several generations. Here: one generation of a ResNet-8 on generated shapes of 16 pixels, 20 epochs; the two controls of the paper beside it.',
    scale: 'cifar',
    teacher: { id: 'resnet', params: { depth: 8, width: 8 } },
    student: { id: 'resnet', params: { depth: 8, width: 8 } },
    students: [
      { id: 'labels-only' },
      { id: 'born-again' },
      { id: 'born-again', params: { form: 'confidence' } },
      { id: 'born-again', params: { form: 'permuted' } },
    ],
  },
  figure: figure({
    title: 'The former self as a teacher',
    controls: {
      form: choice('Lesson', 'probabilities', {
        probabilities: 'Its probabilities',
        permuted: 'Wrong classes shuffled',
      }),
      learnt,
    },
    show({ form, learnt }) {
      const z = studentAt(learnt);
      const [cat, dog, fox, car, ship] = TEACHER as [number, number, number, number, number];
      const former = form === 'permuted' ? [cat, ship, car, dog, fox] : TEACHER;
      const lesson = form === 'permuted' ? crossEntropy(z, softmax(former)) : distillation(z, TEACHER, 1);
      return {
        picture: answers({ 'Former self': former, 'New start': z }),
        terms: { ce: crossEntropy(z, TARGET), former: lesson },
        sentence: `The former self gives the dog ${percent(softmax(former)[1]!)}. Shuffled, it is as sure of the cat, and what it says of the other classes means nothing: the control.`,
      };
    },
    toy: ({ learnt }) => oneImage(learnt, {}),
  }),
});
