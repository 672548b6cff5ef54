/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import type { Panel } from '../kit';

export const panels = {
  found: {
    kind: 'lines',
    title: 'Hit@1, hit@5 and weighted tau on unseen tasks; hit@1 on seen ones',
    x: 'Step',
  },
  ranking: { kind: 'scatter', title: 'Every network for every group', x: 'Score', y: 'True accuracy' },
  picks: {
    kind: 'bars',
    title: 'Accuracy of the network that each rule chooses',
    groups: ['At random', 'Surest', 'LEEP', 'Class means', 'Know2Vec', 'Best there is'],
  },
  border: { kind: 'heatmap', title: 'Chosen for group 1: typical images, and on the way to other classes' },
  map: {
    kind: 'scatter',
    title: 'Vectors of networks and queries',
    x: '1st',
    y: '2nd',
    groups: ['Unseen networks', 'Seen networks', 'Queries'],
  },
  zoo: { kind: 'bars', title: 'Accuracy of each network on its own task', x: 'Network' },
  questions: { kind: 'bars', title: 'Questions to each network', groups: ['Typical images', 'Borders'] },
} as const satisfies Record<string, Panel>;
