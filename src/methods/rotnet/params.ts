/** What can be chosen. */
import { choice, integer, number, temperature, type Values } from '../kit';

const share = (label: string, value: number, max: number, help: string) =>
  number(label, value, { min: 0, max, step: 0.05, source: 'ours', help });

export const params = {
  pretext: number('Share of the run for rotations', 0.4, {
    min: 0,
    max: 0.9,
    step: 0.05,
    source: 'ours',
    fixed: true,
    help: 'How long turns are learnt first.',
  }),
  features: choice(
    'Features in the second phase',
    'learn',
    { learn: 'Go on learning', frozen: 'Frozen: only a readout learns' },
    { source: 'paper', help: 'Frozen without any share for rotations: random features.' },
  ),
  weight: share('Weight of the teacher', 0.9, 1, '0 leaves labels alone.'),
  temperature: temperature(4, 'ours'),
  turns: choice(
    'Turns of an image',
    '4',
    { 4: 'All four', 2: 'Upright and upside down' },
    { source: 'code', fixed: true, advanced: true, help: 'All are in the same step.' },
  ),
  layer: integer('Frozen: layer that is read', 2, {
    min: 0,
    max: 8,
    source: 'code',
    fixed: true,
    advanced: true,
    help: 'Counted from the input; the last if there are fewer, 0 the embedding.',
  }),
  readout: choice(
    'Frozen: readout',
    'conv',
    { linear: 'Linear', mlp: 'Two hidden layers', conv: 'Three convolutions' },
    { source: 'code', fixed: true, advanced: true, help: 'What learns the classes.' },
  ),
  guide: number('Weight of a teacher of turns', 0, {
    min: 0,
    max: 1,
    step: 0.05,
    source: 'ours',
    fixed: true,
    advanced: true,
    help: 'Above 0 one of its own learns turns first, in half of that share.',
  }),
  rates: choice(
    'Learning rate',
    'run',
    { run: 'As the student’s optimiser says', released: 'Falls in steps, as released' },
    { source: 'ours', advanced: true, help: 'Released: to a fifth at each of three steps of a phase.' },
  ),
};

export type Options = Values<typeof params>;

/** Quarter turns of the copies of an image. */
export const turnsOf = ({ turns }: Pick<Options, 'turns'>): readonly number[] =>
  turns === '2' ? [0, 2] : [0, 1, 2, 3];
