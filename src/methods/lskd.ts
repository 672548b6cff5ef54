import type { Tensor, Tensor2D } from '../engine/types';
import { choice, defineMethod, number } from './kit';

/** Sun et al. 2024, algorithm 1: z-scores in place of logits. */
export default defineMethod({
  id: 'lskd',
  name: 'Logit standardisation',
  family: 'logits',
  paper: {
    title: 'Logit Standardization in Knowledge Distillation',
    authors: 'Shangquan Sun, Wenqi Ren, Jingzhi Li, Rui Wang, Xiaochun Cao',
    venue: 'CVPR',
    year: 2024,
    url: 'https://arxiv.org/abs/2403.01427',
  },
  summary:
    'Each answer is brought to mean 0 and spread 1 first: the student matches the order and the gaps, not the scale.',
  formula: String.raw`L = w_{ce}\,\mathrm{CE}(z_s,y) + w\,T^2\,\overline{\mathrm{KL}\big(\mathrm{softmax}(\mathcal Z(z_t)/T)\,\Vert\,\mathrm{softmax}(\mathcal Z(z_s)/T)\big)},\quad \mathcal Z(z)=\frac{z-\bar z}{\sigma(z)+10^{-7}}`,
  fidelity: 'as published',
  deviations:
    'Defaults 0.5 and 1 for the weights of labels and teacher in place of 0.1 and 9: the labels alone set the scale of the logits, and with the released weights the student ends badly calibrated after a short run. With decoupled KD the released warm-up is left out and beta is 1 in place of 8.',
  params: {
    base: choice(
      'Loss on the z-scores',
      'kd',
      { kd: 'Distillation', dkd: 'Decoupled distillation' },
      { source: 'paper', help: 'What compares the standardised answers.' },
    ),
    temperature: number('Temperature', 2, {
      min: 1,
      max: 10,
      step: 0.5,
      source: 'code',
      help: 'Softens the z-scores.',
    }),
    ceWeight: number('Weight of the labels', 0.5, {
      min: 0,
      max: 2,
      step: 0.05,
      source: 'ours',
      help: 'How much the true labels count. Released: 0.1.',
    }),
    weight: number('Weight of the teacher', 1, {
      min: 0,
      max: 18,
      step: 0.5,
      source: 'ours',
      help: 'How much the teacher counts. Released: 9.',
    }),
    alpha: number('True class (decoupled)', 1, {
      min: 0,
      max: 10,
      source: 'code',
      advanced: true,
      help: 'Weight of the true class when the loss is decoupled.',
    }),
    beta: number('Other classes (decoupled)', 1, {
      min: 0,
      max: 16,
      source: 'ours',
      advanced: true,
      help: 'Weight of the other classes when the loss is decoupled. Released: 8.',
    }),
  },
  terms: { ce: 'Labels', kd: 'Teacher' },
  panels: {
    scale: {
      kind: 'table',
      title: 'A row of logits on average, and its z-scores',
      rows: ['Student', 'Teacher'],
      columns: ['Mean', 'Spread', 'Mean z', 'Spread z'],
    },
    spread: { kind: 'lines', title: 'Mean spread of a row of logits: student, teacher', x: 'Step' },
  },
  losses({ ops, params, student, teacher, labels, classes, supervised }) {
    const s = ops.standardizeRows(student.logits) as Tensor2D;
    const t = ops.standardizeRows(teacher.logits) as Tensor2D;
    const distance = () => {
      if (params.base === 'kd') return ops.distillation(s, t, params.temperature);
      const parts = ops.decoupledDistillation(s, t, ops.oneHot(labels, classes), params.temperature);
      return ops.add(ops.mul(parts.target, params.alpha), ops.mul(parts.rest, params.beta));
    };
    return { ce: ops.mul(supervised, params.ceWeight), kd: ops.mul(distance(), params.weight) };
  },
  probe({ ops, student, teacher }) {
    const both = [student.logits, teacher.logits];
    const spread = (z: Tensor) => ops.mean(ops.unbiasedStd(z));
    const sizes = both.flatMap((z) => [z, ops.standardizeRows(z)]).flatMap((z) => [ops.mean(z), spread(z)]);
    return { scale: ops.reshape(ops.stack(sizes), [2, 4]), spread: ops.stack(both.map(spread)) };
  },
});
