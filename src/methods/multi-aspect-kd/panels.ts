/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  right: { kind: 'bars', title: 'Questions answered as stored', x: 'Question', y: 'Share' },
  answers: {
    kind: 'heatmap',
    title: 'First images: stored answers, then those of the student',
    x: 'Question',
    y: 'Image',
  },
  floor: { kind: 'lines', title: 'Loss of the questions above the least there can be', x: 'Step', y: 'nats' },
  mistakes: {
    kind: 'scatter',
    title: 'Pairs of classes: answers that differ, and how far one is taken for the other',
    x: 'Answers that differ',
    y: 'Probability',
  },
  together: { kind: 'heatmap', title: 'Correlation of the answers', x: 'Question', y: 'Question' },
} as const satisfies Readonly<Record<string, Panel>>;
