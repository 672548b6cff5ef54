/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  pulls: {
    kind: 'lines',
    title: 'Cosine of label and teacher gradients: below the heads; in the main head, were both on it',
    x: 'Step',
    y: 'Cosine',
  },
  projected: {
    kind: 'lines',
    title: 'Share of steps whose teacher gradient was projected: all so far; about the last hundred',
    x: 'Step',
    y: 'Share',
  },
  scale: { kind: 'lines', title: 'Mean absolute logit: main, auxiliary, teacher', x: 'Step', y: 'Logit' },
  offset: { kind: 'lines', title: 'Mean logit: main, auxiliary, teacher', x: 'Step', y: 'Logit' },
  geometry: {
    kind: 'heatmap',
    title: 'Cosine of class means: with rows of the main head; with each other',
    x: 'Class mean',
    y: 'Class',
  },
} as const satisfies Readonly<Record<string, Panel>>;
