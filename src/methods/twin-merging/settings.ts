/** Settings of what stands beside the method itself: the router, and the other ways of merging. */
import { integer, number } from '../kit';

export const more = {
  hidden: integer('Units of the router', 64, {
    min: 8,
    max: 256,
    step: 8,
    source: 'ours',
    fixed: true,
    advanced: true,
    help: 'In each of its two hidden layers. Released: twice the width of the features.',
  }),
  dropout: number('Dropout of the router', 0.5, {
    min: 0,
    max: 0.9,
    step: 0.1,
    source: 'code',
    advanced: true,
    help: 'Share of its units that are silent in a step.',
  }),
  keep: number('TIES: share kept', 0.2, {
    min: 0.05,
    max: 1,
    step: 0.05,
    source: 'paper',
    advanced: true,
    help: 'For the comparison: largest entries of each expert that count.',
  }),
  scale: number('TIES: factor', 1, {
    min: 0.1,
    max: 2,
    step: 0.1,
    source: 'paper',
    advanced: true,
    help: 'For the comparison: how much of what is elected goes into the network.',
  }),
} as const;
