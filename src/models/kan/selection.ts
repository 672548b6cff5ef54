/** The parameters of a selection, shared by the models that select. */
import { choice, number } from '../kit';
import type { Family, Selection } from './select';

export const selectionParams = {
  selection: choice(
    'Selection',
    'soft',
    { soft: 'Weighted mixture of all kinds', hard: 'Only the preferred kind' },
    { source: 'ours', help: 'The preferred kind alone is what remains when the others are pruned.' },
  ),
  temperature: number('Temperature of the selection', 1, {
    min: 0.1,
    max: 2,
    step: 0.05,
    source: 'ours',
    help: 'Lower makes the mixture lean more on its largest share.',
    advanced: true,
  }),
};

export const selectionOf = (
  { selection, temperature }: { readonly selection: 'soft' | 'hard'; readonly temperature: number },
  pool: readonly Family[],
): Selection => ({ pool, temperature, hard: selection === 'hard' });
