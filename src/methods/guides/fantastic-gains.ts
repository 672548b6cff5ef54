import { choice, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { distillation, mix, softmax } from './toys/maths';
import { answers, LABEL, studentAt, TEACHER, temperature } from './toys/scenes';

/** A former self that takes the cat for a dog, more or less surely. */
const former = (sure: number): number[] => mix([1.2, 1, 0.6, 0.2, 0], [0.4, 6, 0.6, -1, -1], sure);

export default defineGuide({
  id: 'fantastic-gains',
  when: 'When a trained network should learn from another one, a weaker one too, without losing what it knows.',
  avoid: 'For a student that starts from nothing: it has no former self worth keeping.',
  setup: {
    question: 'Does a trained student gain from a teacher without forgetting?',
    reduced:
      'Paper: over 400 ImageNet models from a library, transfer on a tenth of ImageNet. Here: an MLP that first learns from half of the generated digits for half of the steps, beside one larger MLP.',
    scale: 'digits',
    students: [
      { id: 'labels-only' },
      { id: 'fantastic-gains', params: { strategy: 'teacher' } },
      { id: 'fantastic-gains', params: { strategy: 'labels', slow: true, alpha: 0.68 } },
      { id: 'fantastic-gains' },
      { id: 'fantastic-gains', params: { strategy: 'unsupervised' } },
    ],
  },
  figure: figure({
    title: 'Who teaches this image',
    controls: {
      strategy: choice('Who teaches', 'supervised', {
        supervised: 'Whoever is surest of the cat',
        unsupervised: 'Whoever is surest of any class',
      }),
      sure: number('How sure the former self is of “dog”', 0.6, { min: 0, max: 1, step: 0.05 }),
      temperature: temperature(1),
    },
    show({ strategy, sure, temperature: t }) {
      const own = former(sure);
      const worth = (z: readonly number[]) =>
        strategy === 'supervised' ? softmax(z)[LABEL]! : Math.max(...softmax(z));
      const other = worth(TEACHER) > worth(own);
      const source = other ? TEACHER : own;
      return {
        picture: answers({ 'Former self': own, Teacher: TEACHER, Student: studentAt(0) }, t),
        terms: { transfer: distillation(studentAt(0), source, t) },
        numbers: { 'Former self is worth': worth(own), 'Teacher is worth': worth(TEACHER) },
        sentence: other
          ? 'The teacher is more convincing, so the student copies it here.'
          : 'The former self is at least as convincing, so the student stays as it was here.',
      };
    },
  }),
});
