import { choice, integer, number, type Schema, temperature } from '../kit';

export const params = {
  match: choice(
    'Learns',
    'features',
    {
      features: 'Features, the teacher’s classifier',
      all: 'Answers to all images (KD)',
      confident: 'Answers the teacher is sure of (KD)',
    },
    { source: 'paper', help: 'The last two are the comparisons: plain distillation, no contrast.' },
  ),
  selection: choice(
    'Images of an epoch',
    'chosen',
    { chosen: 'Those both networks are sure of', all: 'All' },
    { source: 'paper', help: 'Chosen anew from the whole pool.' },
  ),
  cutoff: number('Threshold', 0.95, {
    min: 0,
    max: 0.99,
    step: 0.01,
    source: 'code',
    help: 'Of the most frequent answer; rarer ones have lower ones. Acts from the next choice on.',
  }),
  contrast: number('Weight of the contrasts', 0.001, {
    min: 0,
    max: 0.05,
    step: 0.0005,
    source: 'code',
    help: 'How much an image must resemble itself in other colours. 0 leaves it out.',
  }),
  every: integer('Chooses every so many epochs', 1, {
    min: 1,
    max: 10,
    source: 'code',
    advanced: true,
    help: 'Each choice runs the student over the whole pool: 2 saves time with a large one.',
  }),
  sharpness: number('Temperature of the contrasts', 0.3, {
    min: 0.1,
    max: 1,
    step: 0.05,
    source: 'code',
    advanced: true,
    help: 'Small: only the nearest other images count.',
  }),
  beta: number('Beta of the mixture', 0.1, {
    min: 0.1,
    max: 1,
    step: 0.1,
    source: 'code',
    advanced: true,
    help: 'Small: colours are swapped or left; 1: any blend.',
  }),
  width: integer('Width of the embeddings', 32, {
    min: 8,
    max: 128,
    source: 'ours',
    advanced: true,
    help: 'In which the contrasts compare. Released: 128.',
  }),
  factor: integer('Narrowing of the transfer', 2, {
    min: 1,
    max: 4,
    source: 'code',
    advanced: true,
    help: 'The teacher’s channels by it are the module’s inner ones.',
  }),
  temperature: temperature(4, 'ours', 'Of the comparisons with answers only.'),
} satisfies Schema;
