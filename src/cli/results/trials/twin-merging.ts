import type { Claim } from '../../../share/results';
import { defineTrial, type TrialNumber } from './kit';

const HEADS = { oracle: 'true head', routed: 'routed head' } as const;
/** Rows of the method's table that are compared, by their place there. */
const RULES = { average: ['Average', 1], arithmetic: ['Task arithmetic', 2], ties: ['TIES', 3] } as const;

type Head = keyof typeof HEADS;

const score = (panel: Head, name: string, row: number): TrialNumber => ({
  name: `${name}, ${HEADS[panel]}`,
  format: 'percent',
  panel,
  at: [row, 0],
  times: 0.01,
});

const scores = (head: Head): Readonly<Record<string, TrialNumber>> => ({
  [`twin-${head}`]: score(head, 'Twin', 5),
  ...Object.fromEntries(
    Object.entries(RULES).map(([id, [name, row]]) => [`${id}-${head}`, score(head, name, row)]),
  ),
});

/** Twin-Merging above the other ways of merging the same experts, those of `row`. */
const overOthers = (row: string): Claim[] =>
  (Object.keys(HEADS) as Head[]).flatMap((head) =>
    Object.keys(RULES).map(
      (rule): Claim => ({
        metric: `twin-${head}`,
        better: 'higher',
        against: row,
        than: `${rule}-${head}`,
      }),
    ),
  );

export default defineTrial({
  id: 'twin-merging',
  question: 'Of the experts’ accuracy, how much is left by each way of merging three of them?',
  options: [
    ...['--dataset', 'glyphs', '--size', '10', '--set', 'dataset.params.count=2000'],
    ...['--set', 'teacher.model.params.width=4', '--set', 'teacher.epochs=1', '--set', 'training.epochs=15'],
  ],
  rows: {
    'labels-only': { method: 'labels-only' },
    'twin-merging': {
      method: 'twin-merging',
      name: 'Twin-Merging, experts of views',
      params: { split: 'views', density: 0.5 },
    },
    groups: { method: 'twin-merging', name: 'Twin-Merging, experts of classes', params: { density: 0.5 } },
  },
  baseline: 'labels-only',
  numbers: { ...scores('routed'), ...scores('oracle') },
  claims: { 'twin-merging': overOthers('twin-merging'), groups: overOthers('groups') },
});
