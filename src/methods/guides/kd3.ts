import { number } from '../../core/params';
import { defineGuide, figure } from './kit';

/** Points of the curve. */
const POINTS = 41;

export default defineGuide({
  id: 'kd3',
  when: 'When the teacher’s training images are gone, and all you have is a heap of images from elsewhere.',
  avoid: 'When you have the teacher’s images or anything like them: then any other method sees more.',
  setup: {
    question:
      'Can a student learn from pictures in exchanged colours what its teacher learnt from the right ones?',
    reduced:
      'Paper: residual networks of CIFAR and ImageNet subsets, pools of a million web images, 240 epochs. Here: generated shapes of 16 pixels, the same with red, green and blue exchanged for a pool, small networks, a few epochs; the first two students are the comparisons with plain distillation.',
    scale: 'ready',
    dataset: { id: 'shapes', params: { count: 2000 } },
    regimes: [{ id: 'shifted-pool' }],
    training: { epochs: 12 },
    others: { pool: { source: 'shift', id: 'channel-roll' } },
    students: [
      { id: 'kd3', params: { match: 'all' } },
      { id: 'kd3', params: { match: 'confident' } },
      { id: 'kd3' },
      { id: 'kd3', params: { selection: 'all' } },
      { id: 'kd3', params: { contrast: 0 } },
    ],
  },
  figure: figure({
    title: 'Rare answers may be less sure',
    controls: {
      share: number('Images taken for the class, of those for the most frequent one', 0.5, {
        min: 0.02,
        max: 1,
        step: 0.02,
      }),
      cutoff: number('Threshold of the most frequent class', 0.95, { min: 0.5, max: 0.99, step: 0.01 }),
    },
    show({ share, cutoff }) {
      const threshold = (r: number): number => (cutoff * r) / (2 - r);
      const places = Array.from({ length: POINTS }, (_, i) => i / (POINTS - 1));
      return {
        picture: {
          kind: 'curves',
          x: 'Share',
          y: 'Threshold',
          at: share,
          series: [{ name: 'Threshold', values: places.map((r) => [r, threshold(r)] as const) }],
        },
        numbers: { Threshold: threshold(share) },
        sentence:
          'An image is kept when both networks together are surer than the threshold of the class they take it for; at half as many images it is a third.',
      };
    },
  }),
});
