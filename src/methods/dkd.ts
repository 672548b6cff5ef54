import { defineMethod, number, trueClassPairs, trueClassPanel } from './kit';

/** Zhao et al. 2022, equation 7. */
export default defineMethod({
  id: 'dkd',
  name: 'Decoupled KD',
  family: 'logits',
  paper: {
    title: 'Decoupled Knowledge Distillation',
    authors: 'Borui Zhao, Quan Cui, Renjie Song, Yiyu Qiu, Jiajun Liang',
    venue: 'CVPR',
    year: 2022,
    url: 'https://arxiv.org/abs/2203.08679',
  },
  summary:
    'Separates how sure the teacher is of the right class from how it ranks the wrong ones, and weighs both.',
  formula: String.raw`L = w_{ce}\,\mathrm{CE}(z_s,y) + r\,T^2\big(\alpha\,\overline{\mathrm{KL}(b_t\Vert b_s)} + \beta\,\overline{\mathrm{KL}(\hat p_t\Vert \hat p_s)}\big),\quad b=(p_y,\,1-p_y),\;\hat p = \mathrm{softmax}\big((z_k/T)_{k\ne y}\big)`,
  fidelity: 'as published',
  deviations:
    'Default beta 1 in place of 8: in runs of a few epochs the released weight drowned the labels. The released warm-up of 20 of 240 epochs is kept as a share of the run and grows per step, not per epoch. The released mask of -1000 is replaced by one that holds for logits of any size.',
  params: {
    temperature: number('Temperature', 4, {
      min: 1,
      max: 20,
      step: 0.5,
      source: 'code',
      help: 'Softens both answers.',
    }),
    ceWeight: number('Weight of the labels', 1, {
      min: 0,
      max: 2,
      step: 0.05,
      source: 'code',
      help: 'How much the true labels count.',
    }),
    alpha: number('True class (alpha)', 1, {
      min: 0,
      max: 10,
      step: 0.1,
      source: 'code',
      help: 'Weight of how sure the teacher is of the right class.',
    }),
    beta: number('Other classes (beta)', 1, {
      min: 0,
      max: 16,
      step: 0.1,
      source: 'ours',
      help: 'Weight of the ranking of the wrong classes. Released: 8; in short runs 1 did better.',
    }),
    warmup: number('Warm-up share', 0.08, {
      min: 0,
      max: 1,
      step: 0.01,
      source: 'code',
      advanced: true,
      help: 'Both teacher terms grow linearly over this share of the run.',
    }),
  },
  terms: { ce: 'Labels', target: 'True class', rest: 'Other classes' },
  panels: {
    parts: { kind: 'lines', title: 'Before weights: true class; other classes', x: 'Step' },
    certainty: trueClassPanel(),
  },
  losses({ ops, params, student, teacher, labels, classes, supervised, progress }) {
    const mask = ops.oneHot(labels, classes);
    const parts = ops.decoupledDistillation(student.logits, teacher.logits, mask, params.temperature);
    const ramp = params.warmup > 0 ? ops.minimum(ops.div(progress, params.warmup), 1) : 1;
    return {
      ce: ops.mul(supervised, params.ceWeight),
      target: ops.mul(ops.mul(parts.target, params.alpha), ramp),
      rest: ops.mul(ops.mul(parts.rest, params.beta), ramp),
    };
  },
  probe({ ops, params, student, teacher, labels, targets, classes }) {
    const mask = ops.oneHot(labels, classes);
    const parts = ops.decoupledDistillation(student.logits, teacher.logits, mask, params.temperature);
    return {
      parts: ops.stack([parts.target, parts.rest]),
      certainty: trueClassPairs(ops, teacher.logits, student.logits, targets),
    };
  },
});
