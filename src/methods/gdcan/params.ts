import { choice, integer, number, type Schema } from '../kit';

export const params = {
  gates: choice(
    'Entrances',
    'chosen',
    {
      chosen: 'Separate where domains differ (GDCAN)',
      separate: 'Always separate (DCAN)',
      shared: 'Always shared',
    },
    { source: 'paper', help: 'What each layer does with the channels of the two domains.' },
  ),
  eta: number('Threshold', 0.2, {
    min: 0,
    max: 1,
    step: 0.01,
    source: 'code',
    help: 'A layer whose statistic is above it treats the domains separately.',
  }),
  alpha: number('Weight of discrepancies', 0.5, {
    min: 0,
    max: 3,
    step: 0.05,
    source: 'ours',
    help: 'The released 1.5 is for a pretrained network.',
  }),
  keep: number('Weight of the regulariser', 1, {
    min: 0,
    max: 2,
    step: 0.1,
    source: 'code',
    help: 'Holds the corrections back on images of the source. 0 leaves it out.',
  }),
  beta: number('Weight of the entropy', 0.02, {
    min: 0,
    max: 0.5,
    step: 0.01,
    source: 'ours',
    help: 'Rewards sure answers in the target.',
  }),
  start: number('Labels alone until', 0.4, {
    min: 0,
    max: 1,
    step: 0.05,
    source: 'ours',
    help: 'Share of the run; 1 never adapts.',
  }),
  reduction: integer('Reduction', 4, {
    min: 2,
    max: 16,
    source: 'ours',
    advanced: true,
    help: 'Channels to a hidden unit of the attention.',
  }),
  bottleneck: integer('Width of the correction', 16, {
    min: 8,
    max: 128,
    source: 'ours',
    advanced: true,
    help: 'Hidden units of the block that corrects features.',
  }),
} satisfies Schema;
