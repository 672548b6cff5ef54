/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  features: {
    kind: 'scatter',
    title: 'Features: how long, and which way',
    x: 'Length / teacher',
    y: 'Cosine to class mean',
    groups: ['Student', 'Teacher'],
  },
  lengths: {
    kind: 'curves',
    title: 'Lengths of the features: how many are how long',
    x: 'From 0 to the longest of both',
    groups: ['Student', 'Teacher'],
  },
  regime: { kind: 'lines', title: 'Share shorter than the teacher’s; mean cosine', x: 'Step' },
} as const satisfies Readonly<Record<string, Panel>>;
