import { choice, labelWeight, number, temperature } from '../kit';
import type { Source } from './teachers';

export const params = {
  arm: choice(
    'Heads',
    'dual',
    {
      dual: 'One for labels, one for the teacher',
      single: 'One for both',
      kd: 'One, from the teacher alone',
      ce: 'One, from labels alone',
    },
    { source: 'paper', help: 'The last three are the comparisons.' },
  ),
  source: choice<Source>(
    'Teacher',
    'teacher',
    {
      teacher: 'The run’s teacher',
      prototypes: 'Class prototypes in its embedding',
      logits: 'Imported logits',
      embedding: 'Class prototypes in an imported embedding',
    },
    { source: 'ours', help: 'Prototypes answer as a zero-shot model does: by the cosine with each class.' },
  ),
  temperature: temperature(2, 'code'),
  ceWeight: labelWeight(0.5, 'code'),
  kdWeight: number('Weight of the teacher', 0.5, {
    min: 0,
    max: 2,
    step: 0.05,
    source: 'code',
    help: 'How much the teacher’s answers count, to images with and without labels alike.',
  }),
  per: number('Images without labels for each labelled one', 2, {
    min: 0.5,
    max: 4,
    step: 0.5,
    fixed: true,
    source: 'ours',
    help: 'Released: 1.',
  }),
  head: choice(
    'Form of the teacher’s head',
    'linear',
    { linear: 'Linear', cosine: 'Cosine' },
    { source: 'code', advanced: true, help: 'Cosine: only the direction of the features counts.' },
  ),
  scale: number('Scale of cosines', 100, {
    min: 1,
    max: 100,
    step: 1,
    source: 'code',
    advanced: true,
    fixed: true,
    help: 'Of the cosine head and of prototypes. 100 is what CLIP uses, and very sharp.',
  }),
  blend: choice(
    'Alpha and beta',
    'search',
    { search: 'Chosen on validation images', fixed: 'Half and half, sharpened (0.5; 0.5)' },
    { source: 'code', advanced: true, help: 'How the two heads are blended.' },
  ),
};
