import { number } from '../../core/params';
import { defineGuide, figure } from './kit';

/** What a layer's channels look like: mean over deviation. */
const SOURCE = 1.2;

export default defineGuide({
  id: 'gdcan',
  when: 'With labels in one domain and images without labels of another one with the same classes: photos and sketches, one scanner and the next.',
  avoid: 'With classes that the second domain does not have, or with labels in both: then train on both.',
  setup: {
    question:
      'Do images without labels help a network into another domain, and does each need its own attention?',
    reduced:
      'Paper: a pretrained ResNet on photos, sketches and paintings of 31 to 345 classes, 20,000 steps. Here: generated shapes of 16 pixels and the same in noise, a small network from scratch, about 800 steps; discrepancies come in after the first part.',
    scale: 'ready',
    dataset: { id: 'shapes', params: { count: 2000 } },
    regimes: [{ id: 'two-domains' }],
    training: { epochs: 40 },
    others: { target: { source: 'shift', id: 'noise' } },
    students: [
      { id: 'labels-only' },
      { id: 'gdcan' },
      { id: 'gdcan', params: { gates: 'separate' } },
      { id: 'gdcan', params: { gates: 'shared' } },
    ],
  },
  figure: figure({
    title: 'When a layer gets two entrances',
    controls: {
      target: number('Mean over deviation in the target', 0.9, { min: 0.1, max: 3, step: 0.05 }),
      eta: number('Threshold', 0.2, { min: 0, max: 1, step: 0.05 }),
    },
    show({ target, eta }) {
      const gap = (t: number): number => Math.tanh(Math.abs(SOURCE - t) / t);
      const points = Array.from({ length: 59 }, (_, i) => [0.1 + 0.05 * i, gap(0.1 + 0.05 * i)] as const);
      const found = gap(target);
      return {
        picture: {
          kind: 'curves',
          x: 'Mean over deviation in the target',
          y: 'Statistic',
          at: target,
          series: [
            { name: 'Statistic', values: points },
            { name: 'Threshold', values: points.map(([x]) => [x, eta] as const) },
          ],
        },
        numbers: { Statistic: found, 'Separate entrances': found < eta ? 0 : 1 },
        sentence:
          'The source’s channels have 1.2. Near it both domains share an entrance; the less the target’s channels stand out, the sooner they get their own.',
      };
    },
  }),
});
