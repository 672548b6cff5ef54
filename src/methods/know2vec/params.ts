/** What can be chosen. */
import { boolean, choice, integer, number, type Seat, type Values } from '../kit';

const fixed = { fixed: true } as const;
const apart = { fixed: true, advanced: true } as const;

/** @param value of three: the default, the least and the most. */
const size = (label: string, [value, min, max]: readonly [number, number, number], help: string) =>
  integer(label, value, { ...apart, min, max, source: 'ours', help });

const share = (label: string, value: number, help: string) =>
  number(label, value, { ...fixed, min: 0.1, max: 0.45, step: 0.05, source: 'ours', help });

export const params = {
  choose: choice(
    'Who teaches',
    'know2vec',
    {
      know2vec: 'The nearest vector',
      means: 'The nearest class means',
      leep: 'The highest LEEP',
      confident: 'The surest',
      random: 'Any, by lot',
      best: 'The most accurate there is',
    },
    { ...fixed, source: 'paper', help: 'The others are what it is compared with; the last one peeks.' },
  ),
  knowledge: choice(
    'A network is known by',
    'boundaries',
    { boundaries: 'Typical and boundary images', nodes: 'Typical images only' },
    { ...fixed, source: 'paper', help: 'What its vector is made of.' },
  ),
  loss: choice(
    'Ranking loss',
    'masked',
    { masked: 'Margin, own task left out', released: 'As released', transfer: 'Transferability' },
    { ...fixed, source: 'ours', help: 'The released one has no margin: it is 0 once all vectors coincide.' },
  ),
  labels: choice(
    'The student sees',
    'all',
    { all: 'All labels', query: 'Labels of the query only' },
    { ...fixed, source: 'ours', help: 'The query: a few images of each class.' },
  ),
  weight: number('Weight of the teaching', 1, {
    min: 0,
    max: 4,
    step: 0.1,
    source: 'ours',
    help: 'How much the answers of the chosen networks count.',
  }),
  margin: number('Margin', 0.2, {
    min: 0,
    max: 1,
    step: 0.05,
    source: 'code',
    advanced: true,
    help: 'How far the own task must be ahead. In the released code only its transferability form has one.',
  }),
  train: share('Share of the zoo', 0.3, 'Share of the steps in which the zoo learns.'),
  match: share('Share of the ranking', 0.4, 'Share of the steps in which the ranking learns.'),
  tasks: size('Tasks of the zoo', [24, 6, 48], 'A third is hidden from the ranking. Few classes give fewer.'),
  copies: size(
    'Networks per task',
    [1, 1, 3],
    'From different starts; the last of several is hidden from the ranking.',
  ),
  perTask: integer('Classes per task', 3, {
    ...fixed,
    min: 2,
    max: 4,
    source: 'ours',
    help: 'Drawn anew for each task.',
  }),
  shots: integer('Images per class of a query', 5, {
    ...fixed,
    min: 1,
    max: 10,
    source: 'code',
    help: 'What somebody has who looks for a network.',
  }),
  typical: size('Typical images per class', [5, 1, 8], 'The surest ones; the mean of their codes counts.'),
  steps: size('Halvings', [6, 1, 10], 'On the way from a typical image to one of another class.'),
  ends: boolean('Both ends', false, {
    ...apart,
    source: 'ours',
    help: 'Backward halves read the whole sequence; as released they see its last element only.',
  }),
};

export type Options = Values<typeof params>;

/** Kept networks that join the zoo at most. */
const GUESTS = 4;

/** Kept networks are found among those of the run, and asked like them: what their answers mean the query tells. */
export const seats = ({ perTask }: { readonly perTask: number }): Readonly<Record<string, Seat>> =>
  Object.fromEntries(
    Array.from({ length: GUESTS }, (_, i): [string, Seat] => [
      `guest-${i + 1}`,
      { name: `Kept network ${i + 1} of the zoo`, guest: true, outputs: perTask },
    ]),
  );
