import { weightFor } from './data-pruning-kd/weight';
import { choice, defineMethod, number, temperature, trueClassPairs, trueClassPanel } from './kit';

/** Ben-Baruch et al. 2025: distillation on the kept part of the images, trusting the teacher more the less is kept. */
export default defineMethod({
  id: 'data-pruning-kd',
  name: 'KD on pruned data',
  family: 'logits',
  paper: {
    title: 'Distilling the Knowledge in Data Pruning',
    authors: 'Emanuel Ben-Baruch, Adam Botach, Igor Kviatkovsky, Manoj Aggarwal, Gerard Medioni',
    venue: 'ICML',
    year: 2025,
    url: 'https://arxiv.org/abs/2403.07854',
  },
  summary: 'The fewer images the student sees, the more it trusts the teacher, who has seen them all.',
  formula: String.raw`L = (1-\alpha)\,\mathrm{CE}(z_s,y) + \alpha\,\tau^2\,\overline{\mathrm{KL}\big(p_t^{\tau}\Vert p_s^{\tau}\big)},\quad \alpha=\alpha(f)`,
  fidelity: 're-derived',
  deviations:
    'No code was released and only the abstract and the reviews could be read. They give the weighting by α and that its best value grows as less is kept; the rule itself is ours: 1 up to a tenth of the images, 0.9 at a half, 0.8 at all (0.5 where the teacher learnt from wrong labels). The factor τ² is that of all answer-matching methods here. The kept share is that of the set-up’s regimes; without one it is 1.',
  params: {
    rule: choice(
      'Weight of the teacher',
      'auto',
      { auto: 'By the share of images kept', manual: 'By hand' },
      { source: 'ours', help: 'By the share: more trust in the teacher the fewer images are left.' },
    ),
    alpha: number('Weight by hand', 0.9, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'ours',
      help: 'Only used by hand. 0 is plain training, 1 ignores the labels.',
    }),
    temperature: temperature(4, 'ours'),
  },
  terms: { ce: 'Labels', kd: 'Teacher' },
  panels: { certainty: trueClassPanel() },
  losses({ ops, params, student, teacher, supervised, regime }) {
    const alpha = params.rule === 'auto' ? weightFor(regime) : params.alpha;
    const distance = ops.distillation(student.logits, teacher.logits, params.temperature);
    return { ce: ops.mul(supervised, 1 - alpha), kd: ops.mul(distance, alpha) };
  },
  probe: ({ ops, student, teacher, targets }) => ({
    certainty: trueClassPairs(ops, teacher.logits, student.logits, targets),
  }),
});
