import { defineRegime } from './kit';

export default defineRegime({
  id: 'two-domains',
  name: 'Two domains',
  summary:
    'Labels come from the first set only; the target domain gives images without labels, and all tests are on it.',
  paper: {
    title: 'Adapting Visual Category Models to New Domains',
    authors: 'Kate Saenko, Brian Kulis, Mario Fritz, Trevor Darrell',
    venue: 'ECCV',
    year: 2010,
    url: 'https://doi.org/10.1007/978-3-642-15561-1_16',
  },
  fidelity: 'adapted',
  deviations:
    'Only the setting is the paper’s. Papers of this field mostly train and test on the same images of the target; here its training images are one part, and the network is tested on others. Validation images are the target’s too, so choosing by them uses its labels: take them for looking only. The teacher is trained on the first set and tested on the target.',
  order: 0.7,
  params: {},
  pools: true,
  draws: { role: 'target', measured: true },
  select: () => ({}),
});
