import type { Ops, Tensor, Tensor2D } from '../engine/types';
import { binned, choice, defineMethod, number, trueClassPairs, trueClassPanel } from './kit';

export type Divergence = 'forward' | 'reverse' | 'jensen-shannon' | 'total-variation';

/**
 * Divergence of each row of softmax(logits / T), `[n]`; the teacher carries no gradient. The mixture of
 * Jensen and Shannon is formed from log-probabilities, so that nothing underflows.
 */
export function divergenceRows(
  ops: Ops,
  kind: Divergence,
  student: Tensor2D,
  teacher: Tensor2D,
  temperature: number,
): Tensor {
  const { add, exp, klRows, logSoftmax, mul, sub } = ops;
  const s = logSoftmax(student, temperature);
  const t = logSoftmax(teacher, temperature);
  if (kind === 'forward') return klRows(t, s);
  if (kind === 'reverse') return klRows(s, t);
  if (kind === 'total-variation') return mul(0.5, ops.sum(ops.abs(sub(exp(t), exp(s))), -1));
  const mixture = sub(add(t, ops.softplus(sub(s, t))), Math.LN2);
  return mul(0.5, add(klRows(t, mixture), klRows(s, mixture)));
}

/** Mean softened answer of the teacher to the batch's images of each class, `[classes, classes]`. */
function softTargets(ops: Ops, teacher: Tensor2D, targets: Tensor2D, t: number): Tensor {
  const sums = ops.matMul(targets, ops.softmax(teacher, t) as Tensor2D, true);
  const counts = ops.reshape(ops.sum(targets, 0), [-1, 1]);
  return ops.div(sums, ops.maximum(counts, 1e-6));
}

/** Hinton, Vinyals, Dean 2015, section 2. */
export default defineMethod({
  id: 'kd',
  name: 'Knowledge distillation',
  family: 'logits',
  paper: {
    title: 'Distilling the Knowledge in a Neural Network',
    authors: 'Geoffrey Hinton, Oriol Vinyals, Jeff Dean',
    venue: 'NIPS Deep Learning Workshop 2014',
    year: 2015,
    url: 'https://arxiv.org/abs/1503.02531',
  },
  summary: 'The student matches the teacher’s softened probabilities, not only the one right answer.',
  formula: String.raw`L = w_{ce}\,\mathrm{CE}(z_s,y) + w_{kd}\,T^2\,\overline{D\big(p_t^{T},\,p_s^{T}\big)},\quad p^{T}=\mathrm{softmax}(z/T),\; D=\mathrm{KL}(p_t\Vert p_s)`,
  fidelity: 'as published',
  deviations:
    'Temperature and weights are those of the usual code bases (mdistiller, RepDistiller); the paper searches them per task. The other three divergences are options of ours; each keeps the factor T².',
  params: {
    temperature: number('Temperature', 4, {
      min: 1,
      max: 20,
      step: 0.5,
      source: 'code',
      help: 'Divides all logits: higher shows more of what the teacher thinks of the wrong classes.',
    }),
    ceWeight: number('Weight of the labels', 0.1, {
      min: 0,
      max: 2,
      step: 0.05,
      source: 'code',
      help: 'How much the true labels count.',
    }),
    kdWeight: number('Weight of the teacher', 0.9, {
      min: 0,
      max: 10,
      step: 0.05,
      source: 'code',
      help: 'How much the teacher counts. 0 with labels at 1 is plain training.',
    }),
    divergence: choice<Divergence>(
      'Divergence',
      'forward',
      {
        forward: 'Forward KL: cover all the teacher does',
        reverse: 'Reverse KL: avoid what the teacher does not',
        'jensen-shannon': 'Jensen–Shannon: between both',
        'total-variation': 'Total variation: bounded',
      },
      {
        source: 'paper',
        advanced: true,
        help: 'How the two answers are compared. The paper uses forward KL.',
      },
    ),
  },
  terms: { ce: 'Labels', kd: 'Teacher' },
  panels: {
    spread: {
      kind: 'bars',
      title: 'Softened probabilities of the teacher: shares of all by tenths',
      x: 'Probability',
      y: 'Share',
    },
    soft: { kind: 'heatmap', title: 'Mean soft target by true class', x: 'Answer', y: 'True class' },
    certainty: trueClassPanel(),
  },
  losses({ ops, params, student, teacher, supervised }) {
    const { temperature: t, divergence } = params;
    const distance =
      divergence === 'forward'
        ? ops.distillation(student.logits, teacher.logits, t)
        : ops.mul(ops.mean(divergenceRows(ops, divergence, student.logits, teacher.logits, t)), t * t);
    return { ce: ops.mul(supervised, params.ceWeight), kd: ops.mul(distance, params.kdWeight) };
  },
  probe: ({ ops, params, student, teacher, targets }) => ({
    spread: binned(ops, ops.softmax(teacher.logits, params.temperature), 10),
    soft: softTargets(ops, teacher.logits, targets, params.temperature),
    certainty: trueClassPairs(ops, teacher.logits, student.logits, targets),
  }),
});
