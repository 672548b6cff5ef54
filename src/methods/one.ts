import { boolean, defineMethod, integer, number } from './kit';
import { branchLosses, ensembleOf, forward, grow } from './one/branches';

/** Lan, Zhu, Gong 2018, equations 4 to 8. */
export default defineMethod({
  id: 'one',
  name: 'On-the-fly native ensemble',
  family: 'online',
  paper: {
    title: 'Knowledge Distillation by On-the-Fly Native Ensemble',
    authors: 'Xu Lan, Xiatian Zhu, Shaogang Gong',
    venue: 'NeurIPS',
    year: 2018,
    url: 'https://arxiv.org/abs/1806.04606',
  },
  summary:
    'No teacher: the student grows branches while it trains, and their gated sum teaches each of them.',
  formula: String.raw`L = \sum_i \mathrm{CE}(z_i,y) + \mathrm{CE}(z_e,y) + w\,r\,T^2\sum_i \overline{\mathrm{KL}(p_e^T\Vert p_i^T)},\quad z_e=\sum_i g_i z_i,\; g=\mathrm{softmax}(\mathrm{ReLU}(\mathrm{BN}(W\bar F+b)))`,
  fidelity: 'adapted',
  deviations:
    'The student is the first branch. The others part from its last inner layer but one and are one convolution, batch norm, ReLU and a linear layer, not a whole stage. The released ramp over 80 of 300 epochs is kept as a share of the run.',
  params: {
    branches: integer('Branches', 3, {
      min: 2,
      max: 4,
      source: 'code',
      help: 'The student and so many less one beside it.',
    }),
    temperature: number('Temperature', 3, {
      min: 1,
      max: 10,
      step: 0.5,
      source: 'paper',
      help: 'Softens ensemble and branches.',
    }),
    weight: number('Weight of the ensemble', 1, {
      min: 0,
      max: 4,
      step: 0.1,
      source: 'paper',
      help: 'How much the ensemble teaches.',
    }),
    ramp: number('Ramp-up share', 0.25, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'code',
      advanced: true,
      help: 'The ensemble comes in over this share of the run, as exp(-5 (1 − x)²).',
    }),
    ensemble: boolean('Predict with all branches', false, {
      source: 'paper',
      help: 'Reports the gated sum; off: the student alone.',
    }),
  },
  terms: { ce: 'Labels', ensemble: 'Ensemble' },
  roles: { teacher: 'none' },
  panels: { gate: { kind: 'bars', title: 'Mean weight of each branch', x: 'Branch', y: 'Weight' } },
  extras: grow,
  losses({ ops, params, extras, student, targets, progress }) {
    const { logits, gate } = forward(ops, extras, student);
    const { ce, kl } = branchLosses(ops, logits, gate, targets, params.temperature);
    const left = ops.sub(1, ops.minimum(ops.div(progress, Math.max(params.ramp, 1e-6)), 1));
    const ramp = params.ramp > 0 ? ops.exp(ops.mul(-5, ops.square(left))) : 1;
    return { ce, ensemble: ops.mul(ops.mul(kl, params.weight), ramp) };
  },
  predict({ ops, params, extras, student }) {
    if (!params.ensemble) return student.logits;
    const { logits, gate } = forward(ops, extras, student);
    return ensembleOf(ops, logits, gate);
  },
  probe: ({ ops, extras, student }) => ({ gate: ops.mean(forward(ops, extras, student).gate, 0) }),
});
