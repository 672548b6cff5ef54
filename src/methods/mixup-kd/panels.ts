/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import { imagesPanel, type Panel } from '../kit';

export const panels = {
  targets: { kind: 'heatmap', title: 'Labels of the first blends', x: 'Class', y: 'Image' },
  teacher: { kind: 'heatmap', title: 'Teacher on the same blends', x: 'Class', y: 'Image' },
  images: imagesPanel('First blends, with the share of the larger class'),
  spread: {
    kind: 'lines',
    title: 'Spread of the logits: student, teacher',
    x: 'Step',
    y: 'Mean deviation',
  },
  doubt: {
    kind: 'lines',
    title: 'Mean entropy of the teacher: images as they are; blends',
    x: 'Step',
    y: 'nats',
  },
  smoothness: {
    kind: 'curves',
    title: 'How many images are answered with which entropy',
    x: 'From 0 to ln K',
    y: 'Share',
    groups: ['Student', 'Teacher'],
  },
} as const satisfies Readonly<Record<string, Panel>>;
