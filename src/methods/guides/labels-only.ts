import { defineGuide, figure } from './kit';
import { crossEntropy, oneHot } from './toys/maths';
import { answers, CLASSES, LABEL, learnt, oneImage, percent, studentAt, TARGET } from './toys/scenes';

export default defineGuide({
  id: 'labels-only',
  when: 'Always, next to every other method: without it nobody can tell whether the teacher helped.',
  avoid: 'When no true labels are at hand.',
  setup: {
    question: 'What does a small network reach by itself, with and without turned and shifted images?',
    reduced:
      'There is no paper to come near to: this is the usual training of the page’s small convolutional network on generated digits.',
    scale: 'ready',
    students: [{ id: 'labels-only' }, { id: 'label-smoothing' }],
  },
  figure: figure({
    title: 'One image, one right answer',
    controls: { learnt },
    show({ learnt }) {
      const z = studentAt(learnt);
      const picture = answers({ Student: z });
      const series =
        picture.kind === 'bars'
          ? [{ name: 'Label', values: oneHot(LABEL, CLASSES.length) }, ...picture.series]
          : [];
      return {
        picture: { kind: 'bars', categories: CLASSES, series },
        terms: { ce: crossEntropy(z, TARGET) },
        sentence: `The loss only asks for the cat. That a dog is nearer to it than a ship is nowhere in the label: it gives the dog ${percent(0)}.`,
      };
    },
    toy: ({ learnt }) => oneImage(learnt, {}),
  }),
});
