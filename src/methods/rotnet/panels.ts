/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  confusion: {
    kind: 'heatmap',
    title: 'Turn of the image and turn that was guessed',
    x: 'Guessed',
    y: 'True',
  },
  byClass: { kind: 'heatmap', title: 'Share of turns guessed right, by class', x: 'Turn', y: 'Class' },
  copies: { kind: 'images', title: 'Energy of the last map for the turned copies of an image' },
  filters: { kind: 'images', title: 'Filters of the first layer' },
  neighbours: { kind: 'images', title: 'An image, then the three whose features are nearest; row by row' },
  layers: {
    kind: 'curves',
    title: 'Validation accuracy of a linear readout of each layer, from the input to the embedding',
    x: 'Layer',
    y: 'Accuracy',
    groups: ['Untrained', 'After the turns'],
  },
} as const satisfies Readonly<Record<string, Panel>>;
