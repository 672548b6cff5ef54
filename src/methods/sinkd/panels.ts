/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

const LOSSES = ['Teacher', 'Forward KL', 'Reverse KL', 'Jensen–Shannon', 'Transport'];

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
  fitting: {
    kind: 'curves',
    title:
      'A toy beside the run: one hump fitted to the teacher’s two by each loss, as far as the run has come',
    x: 'Place',
    y: 'Density',
    groups: LOSSES,
  },
  trails: {
    kind: 'scatter',
    title: 'The toy’s humps step by step: where each loss pulls them',
    x: 'Centre',
    y: 'Width',
    groups: LOSSES,
  },
} as const satisfies Readonly<Record<string, Panel>>;
