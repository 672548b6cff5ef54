import { defineTrial } from './kit';

const better = (...against: readonly string[]) =>
  against.map((row) => ({ metric: 'precision', better: 'higher', against: row }) as const);

const row = (name: string, params: Readonly<Record<string, string | boolean>>) => ({
  method: 'knowledge-concentration',
  name,
  params,
});

export default defineTrial({
  id: 'knowledge-concentration',
  question:
    'Do specialists, layers of one’s own and a pace of one’s own raise the precision inside each vertical?',
  options: [
    ...['--dataset', 'shapes', '--size', '12', '--set', 'dataset.params.count=3000'],
    ...['--set', 'dataset.params.label=both', '--set', 'teacher.model.params.width=8'],
    ...['--set', 'teacher.epochs=1', '--set', 'training.epochs=14'],
  ],
  rows: {
    'labels-only': { method: 'labels-only' },
    'fc-fc': row('FC-FC', { distill: false, layers: 'fc', pace: 'none' }),
    'fc-sc': row('FC-SC', { distill: false, pace: 'none' }),
    specialists: row('FC-SC, specialists', { pace: 'none' }),
    paced: row('FC-SC, paced', { distill: false }),
    'knowledge-concentration': row('FC-SC, specialists, paced', {}),
  },
  baseline: 'labels-only',
  numbers: {
    precision: { name: 'Average precision', format: 'percent', panel: 'mean', at: [0] },
  },
  claims: {
    'fc-sc': better('fc-fc'),
    specialists: better('fc-sc'),
    'knowledge-concentration': better('fc-fc', 'fc-sc', 'specialists', 'paced'),
  },
});
