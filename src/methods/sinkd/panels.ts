/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  plan: { kind: 'heatmap', title: 'Transport plan, sorted by class', x: 'Teacher', y: 'Student' },
  cost: { kind: 'heatmap', title: 'Distance of the answers, likewise', x: 'Teacher', y: 'Student' },
  pairs: { kind: 'lines', title: 'Share moved to the same image; to the same class', x: 'Step' },
  pulls: { kind: 'lines', title: 'Length of the gradient: labels, teacher, transport', x: 'Step' },
  gap: {
    kind: 'scatter',
    title: 'How hard losses pull at each answer',
    x: 'L1 distance to the teacher',
    y: 'Length of the gradient',
    groups: ['Forward KL', 'Reverse KL', 'Transport of one image'],
  },
} as const satisfies Readonly<Record<string, Panel>>;
