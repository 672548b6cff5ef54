import { integer, number } from '../../core/params';
import { defineGuide, figure } from './kit';
import { percent } from './toys/scenes';

/** How sure a made-up network is of “cat” on the way from a cat to a dog. */
const catAt = (t: number, border: number): number => 1 / (1 + Math.exp(12 * (t - border)));

/** Halves the way as often; the last point that is still called a cat, and the next one that is not. */
function search(border: number, halvings: number): readonly [cat: number, dog: number] {
  let [cat, dog] = [0, 1];
  for (let i = 0; i < halvings; i++) {
    const middle = (cat + dog) / 2;
    if (catAt(middle, border) >= 0.5) cat = middle;
    else dog = middle;
  }
  return [cat, dog];
}

const WAY = Array.from({ length: 41 }, (_, i) => i / 40);

export default defineGuide({
  id: 'know2vec',
  when: 'When many trained networks are at hand that can only be asked, and a few labelled images say what is wanted.',
  avoid:
    'With a handful of networks: asking each about your images, as LEEP does, is simpler. In our small runs the ranking knew the tasks it had learnt from and hardly ever put the network of a hidden task first.',
  setup: {
    question: 'Does a network that was found by its borders teach better than one drawn by lot?',
    reduced:
      'Paper: thousands of networks on four classes each, an ImageNet encoder, wide LSTMs, 10,000 epochs. Here: 24 networks of 1,500 weights, trained in the run on three of ten generated glyphs, as they are, inverted, blurred or mirrored. The students see labels of five images per class, the first one all.',
    scale: 'ready',
    training: { epochs: 40 },
    students: [
      { id: 'labels-only' },
      { id: 'know2vec', params: { labels: 'query' } },
      { id: 'know2vec', params: { labels: 'query', choose: 'leep' } },
      { id: 'know2vec', params: { labels: 'query', choose: 'random' } },
    ],
  },
  figure: figure({
    title: 'The border between two classes, found by labels alone',
    controls: {
      border: number('Where the network’s border is', 0.37, { min: 0.05, max: 0.95, step: 0.01 }),
      halvings: integer('Halvings', 4, { min: 1, max: 10 }),
    },
    show({ border, halvings }) {
      const [cat, dog] = search(border, halvings);
      const curve = WAY.map((t) => [t, catAt(t, border)] as const);
      return {
        picture: {
          kind: 'curves',
          x: 'From a typical cat to a typical dog',
          y: 'Chance of “cat”',
          series: [{ name: 'Network', values: curve }],
          at: cat,
        },
        numbers: {
          'Still a cat at': cat,
          'No cat any more at': dog,
          'Questions for three classes': 6 * halvings,
        },
        sentence: `After ${halvings} labels the border is known to ${percent(dog - cat)} of the way; the network’s weights were never seen.`,
      };
    },
  }),
});
