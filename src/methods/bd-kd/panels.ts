/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import { imagesPanel, type Panel } from '../kit';

export const panels = {
  entropies: {
    kind: 'scatter',
    title: 'Entropy of each image, and which divergence counts more for it',
    x: 'Student',
    y: 'Teacher',
    groups: ['Reverse', 'Forward'],
  },
  gaps: {
    kind: 'curves',
    title: 'How many images have which entropy gap, teacher less student',
    x: 'From −ln K to ln K',
    y: 'Share',
    groups: ['Batch'],
  },
  images: imagesPanel('Largest entropy gaps: how much the forward divergence counts'),
  answers: {
    kind: 'heatmap',
    title: 'The same images: answers of the student, then of the teacher',
    x: 'Class',
    y: 'Image',
  },
  weights: { kind: 'lines', title: 'Mean weight: forward, reverse', x: 'Step', y: 'Weight' },
  divergences: { kind: 'lines', title: 'Mean divergence: forward, reverse', x: 'Step', y: 'nats' },
} as const satisfies Readonly<Record<string, Panel>>;
