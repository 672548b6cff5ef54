import { boolean, choice, integer, number } from '../kit';

const width = (label: string, value: number, help: string) =>
  integer(label, value, { min: 2, max: 256, source: 'ours', fixed: true, advanced: true, help });

const FORMS = { fc: 'FC', 'fc-sc': 'FC-SC', 'sc-sc': 'SC-SC', shared: 'FC-SC with shared units' } as const;

/** What can be chosen. */
export const form = {
  distill: boolean('Taught by specialists', true, {
    source: 'paper',
    fixed: true,
    help: 'Off: the labels of a class and the groups above it are the targets.',
  }),
  layers: choice('Last layers', 'fc-sc', FORMS, {
    source: 'paper',
    fixed: true,
    help: 'FC is one dense map for all; SC has one for each vertical.',
  }),
  pace: choice(
    'Pace',
    'vertical',
    { none: 'One for all', vertical: 'Of each vertical', class: 'Of each class', fixed: 'Fixed by size' },
    { source: 'paper', fixed: true, help: 'Whose logits are brought to one length and scaled anew.' },
  ),
  scope: choice(
    'Length taken over',
    'vertical',
    { vertical: 'The logits of the vertical', all: 'All logits' },
    { source: 'ours', fixed: true, help: 'Take all where verticals have fewer than five classes.' },
  ),
  stride: number('Stride of the scales', 1, {
    min: 1,
    max: 20,
    source: 'ours',
    fixed: true,
    advanced: true,
    help: 'Factor of what is learnt of them. Adam moves all weights alike, too slowly for scales: give 10 there.',
  }),
  groups: choice(
    'Verticals',
    'auto',
    {
      auto: 'Folders or columns, else names, else lot',
      name: 'By what names begin with',
      lot: 'By lot',
      confusion: 'What the run’s teacher confuses (ours)',
    },
    { source: 'ours', fixed: true, help: 'How classes are divided. The last needs a trained teacher.' },
  ),
  count: integer('Verticals, if made up', 4, {
    min: 2,
    max: 20,
    source: 'ours',
    fixed: true,
    help: 'Used by lot and confusion.',
  }),
  topK: integer('Classes kept', 100, {
    min: 1,
    max: 1000,
    source: 'paper',
    fixed: true,
    help: 'Of a specialist’s answer; the others become 0.',
  }),
  share: number('Share for specialists', 0.5, {
    min: 0.1,
    max: 0.9,
    step: 0.05,
    source: 'ours',
    fixed: true,
    help: 'Of the steps. Without specialists the student waits as long, so that forms compare.',
  }),
  ancestors: boolean('Groups are outputs', true, {
    source: 'paper',
    fixed: true,
    advanced: true,
    help: 'A class and the named groups above it are true together.',
  }),
  calibrate: boolean('Bring scores to one scale', true, {
    source: 'ours',
    advanced: true,
    help: 'For predictions over all verticals. Off: the largest score wins.',
  }),
  first: width('Width of the first layer', 64, 'Of each block.'),
  second: width('Width of the second layer', 32, 'Of each block.'),
  shared: width('Shared units', 8, 'Of the second layer, in the last form.'),
};
