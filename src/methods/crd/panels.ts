/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  scores: { kind: 'heatmap', title: 'Similarity of views', x: 'Teacher’s image', y: 'Student’s image' },
  pairs: {
    kind: 'curves',
    title: 'How alike two views are: shares of the pairs',
    x: 'From −1 to 1',
    groups: ['Same image', 'Other images'],
  },
} as const satisfies Readonly<Record<string, Panel>>;
