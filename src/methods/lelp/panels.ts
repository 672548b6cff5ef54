/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  split: {
    kind: 'scatter',
    title: 'First two projections on the own class, coloured by the finer class',
    x: 'First',
    y: 'Second',
  },
  match: {
    kind: 'bars',
    title: 'NMI of made-up subclasses and finer classes; 0 where classes were not grouped',
    x: 'Class',
    y: 'NMI',
  },
  information: { kind: 'lines', title: 'Entropy of targets: subclasses, classes', x: 'Step', y: 'nats' },
} as const satisfies Readonly<Record<string, Panel>>;
