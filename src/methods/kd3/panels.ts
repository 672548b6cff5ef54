/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import { imagesPanel, type Panel } from '../kit';

export const panels = {
  course: { kind: 'lines', title: 'Weight of the teacher in the choice; share of the pool kept', x: 'Step' },
  kept: { kind: 'bars', title: 'Share kept of the images that are taken for a class', x: 'Class' },
  thresholds: { kind: 'bars', title: 'Threshold by class', x: 'Class' },
  answers: { kind: 'bars', title: 'Share of the pool that is taken for a class', x: 'Class' },
  weights: { kind: 'bars', title: 'Weights of images in the batch, from 0.5 to 1', y: 'Share' },
  images: imagesPanel('Images of the batch: how sure both networks are, 0 where dropped'),
  mixed: {
    kind: 'images',
    title: 'The same in other colours: share of their own',
    weights: 'own',
  },
} as const satisfies Readonly<Record<string, Panel>>;
