/** What can be chosen. */
import { boolean, choice, integer, number, temperature, type Values } from '../kit';

export const params = {
  temperature: temperature(4, 'ours', 'Released: 1.5.'),
  held: number('Share that judges', 0.1, {
    min: 0.05,
    max: 0.3,
    source: 'code',
    help: 'Images kept aside.',
  }),
  rate: number('Look-ahead', 0.1, {
    min: 0.01,
    max: 1,
    source: 'ours',
    help: 'Size of the imagined step.',
  }),
  features: choice(
    'The controller sees',
    'all',
    {
      all: 'Student, teacher, label, class mean',
      triangle: 'Student, teacher, label',
      pairs: 'The same, without student to teacher',
    },
    { source: 'code', advanced: true, help: 'Released: all.' },
  ),
  period: integer('Steps between its updates', 5, {
    min: 1,
    max: 10,
    source: 'ours',
    advanced: true,
    help: 'Told at every step, it may run to one end. Released: 1.',
  }),
  limit: number('Bound of its output', 4, {
    min: 2,
    max: 12,
    step: 0.5,
    source: 'ours',
    advanced: true,
    help: '4 keeps the mix between 2% and 98%. Released: none.',
  }),
  learn: boolean('Controller learns', true, { source: 'paper', help: 'Released: off, a random mix.' }),
};

export type Options = Values<typeof params>;
