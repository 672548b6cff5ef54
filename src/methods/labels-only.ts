import { defineMethod } from './kit';

/** Plain supervised training: what every other method is measured against. */
export default defineMethod({
  id: 'labels-only',
  name: 'Labels only',
  family: 'baseline',
  summary:
    'No teacher: the student learns from the labels alone. The gain of every method is counted from here.',
  formula: String.raw`L = \mathrm{CE}(z_s, y)`,
  fidelity: 'as published',
  deviations: 'None: the usual cross-entropy.',
  params: {},
  terms: { ce: 'Labels' },
  roles: { teacher: 'none' },
  losses: ({ supervised }) => ({ ce: supervised }),
});
