import { accuracyOver, defineTrial, type TrialNumber } from './kit';

const found = (name: string, at: number): TrialNumber => ({
  name,
  format: 'percent',
  panel: 'found',
  at: [at],
});
const picked = (name: string, at: number): TrialNumber => ({
  ...found(`Picked ${name}`, at),
  panel: 'picks',
});

export default defineTrial({
  id: 'know2vec',
  question: 'Does the ranking of a zoo agree with true accuracies on tasks it never saw?',
  options: [
    ...['--dataset', 'glyphs', '--size', '10', '--set', 'dataset.params.count=2000'],
    ...['--set', 'teacher.model.params.width=8', '--set', 'teacher.epochs=6', '--set', 'training.epochs=30'],
  ],
  rows: {
    'labels-only': { method: 'labels-only', name: 'Labels only (all of them)' },
    random: {
      method: 'know2vec',
      name: 'Taught by networks drawn by lot',
      params: { labels: 'query', choose: 'random' },
    },
    know2vec: { method: 'know2vec', params: { labels: 'query' } },
    nodes: {
      method: 'know2vec',
      name: 'Known by typical images only',
      params: { labels: 'query', knowledge: 'nodes' },
    },
  },
  baseline: 'random',
  numbers: {
    tau: { ...found('Weighted tau', 2), format: 'plain' },
    hit1: found('Hit@1', 0),
    hit5: found('Hit@5', 1),
    byLot: picked('by lot', 0),
    surest: picked('by sureness', 1),
    leep: picked('by LEEP', 2),
    ranked: picked('by Know2Vec', 4),
  },
  claims: {
    know2vec: [
      ...accuracyOver('random'),
      { metric: 'tau', better: 'higher', against: 'nodes' },
      { metric: 'hit5', better: 'higher', against: 'nodes' },
      { metric: 'ranked', better: 'higher', against: 'know2vec', than: 'byLot' },
      { metric: 'ranked', better: 'higher', against: 'know2vec', than: 'surest' },
      { metric: 'ranked', better: 'higher', against: 'know2vec', than: 'leep' },
    ],
  },
});
