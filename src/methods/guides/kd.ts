import { defineGuide, figure } from './kit';
import { crossEntropy, distillation, softmax } from './toys/maths';
import { answers, learnt, oneImage, percent, studentAt, TARGET, TEACHER, temperature } from './toys/scenes';

export default defineGuide({
  id: 'kd',
  when: 'First. It needs only the teacher’s answers, works with any two networks and adds almost no time.',
  avoid:
    'When the teacher is so sure that its answers are labels again: raise the temperature, or look at feature methods.',
  setup: {
    question: 'Do softened answers teach more than labels, and which temperature is best?',
    reduced:
      'Paper: MNIST shifted by up to two pixels, two hidden layers of 1200 units to two of 800, temperature 20. Here: generated digits of 16 pixels, hidden layers of 1024 and 800, 20 epochs, no dropout.',
    scale: 'digits',
    students: [
      { id: 'labels-only' },
      { id: 'kd', params: { temperature: 20 } },
      { id: 'kd', params: { temperature: 4 } },
      { id: 'kd', params: { temperature: 1 } },
    ],
  },
  figure: figure({
    title: 'Softened answers',
    controls: { temperature: temperature(4), learnt },
    show({ temperature: t, learnt }) {
      const z = studentAt(learnt);
      const p = softmax(TEACHER, t);
      return {
        picture: answers({ Teacher: TEACHER, Student: z }, t),
        terms: { ce: 0.1 * crossEntropy(z, TARGET), kd: 0.9 * distillation(z, TEACHER, t) },
        sentence: `At temperature ${t} the teacher says ${percent(p[0]!)} cat, ${percent(p[1]!)} dog and ${percent(p[4]!)} ship: the higher, the more of its opinion of wrong classes shows.`,
      };
    },
    toy: ({ temperature, learnt }) => oneImage(learnt, { temperature }),
  }),
});
