import type { Ops, Scalar, Table, Tensor } from '../engine/types';
import { panels } from './dhkd/panels';
import { counted, pictures } from './dhkd/pictures';
import { boolean, choice, defineMethod, number } from './kit';

/**
 * T^2 / n times the sum over all entries of KL(Bern(sigmoid(z_t / T)) || Bern(sigmoid(z_s / T))), equation 3,
 * or with `normalised` of KL(Bern(1/2) || Bern(sigmoid((z_s - z_t) / T))). Both in softplus form: no clamp.
 */
export function binaryKl(ops: Ops, student: Tensor, teacher: Tensor, t: number, normalised: boolean): Scalar {
  const { add, div, mul, neg, sigmoid, softplus, sub } = ops;
  const rows = student.shape[0] as number;
  const [s, q] = [div(student, t), div(teacher, t)];
  const u = sub(s, q);
  const each = normalised
    ? sub(mul(0.5, add(softplus(u), softplus(neg(u)))), Math.LN2)
    : sub(sub(softplus(s), softplus(q)), mul(sigmoid(q), u));
  return mul(ops.sum(each), (t * t) / rows);
}

/** Yang et al. 2024: a second head matches the teacher's raw logits, the first one learns the labels. */
export default defineMethod({
  id: 'dhkd',
  name: 'Dual-head KD',
  family: 'logits',
  paper: {
    title: 'Dual-Head Knowledge Distillation: Enhancing Logits Utilization with an Auxiliary Head',
    authors: 'Penghui Yang, Chen-Chen Zong, Sheng-Jun Huang, Lei Feng, Bo An',
    venue: 'arXiv',
    year: 2024,
    url: 'https://arxiv.org/abs/2411.08937',
  },
  summary:
    'Two heads on one backbone: one learns the labels and predicts, the other matches the raw logits of the teacher.',
  formula: String.raw`L = \gamma\,\mathrm{CE}(z_s,y) + \alpha\,\tfrac{T^2}{B}\sum_{i,k}\big[\tfrac12\zeta(u_{ik})+\tfrac12\zeta(-u_{ik})-\ln 2\big],\quad u=\tfrac{z_a-z_t}{T},\;\zeta=\mathrm{softplus}`,
  fidelity: 'adapted',
  deviations:
    'The hidden layer of the auxiliary head has 64 units in place of 200 and no dropout. The released code clamps probabilities; the softplus form needs no clamp and agrees to 1e-13. The one-head mode is the ablation of the paper.',
  params: {
    gamma: number('Weight of the labels', 1, {
      min: 0,
      max: 2,
      step: 0.1,
      source: 'code',
      help: 'How much the true labels count.',
    }),
    alpha: number('Weight of the teacher', 1, {
      min: 0,
      max: 4,
      step: 0.1,
      source: 'code',
      help: 'The loss sums over classes: with many more than 10, try 10 / classes. Released: 1 on CIFAR-100, 0.1 on ImageNet.',
    }),
    temperature: number('Temperature', 2, {
      min: 0.5,
      max: 8,
      step: 0.5,
      source: 'code',
      help: 'Softens the compared logits.',
    }),
    head: choice(
      'Auxiliary head',
      'mlp',
      { mlp: 'Two layers', linear: 'Linear', none: 'None: match on the main head' },
      { source: 'code', help: 'Released: two layers on CIFAR, linear on ImageNet.' },
    ),
    match: choice(
      'Compare logits by',
      'normalised',
      { normalised: 'BinaryKL-Norm', binary: 'BinaryKL' },
      { source: 'paper', advanced: true, help: 'Which distance of raw logits is used.' },
    ),
    align: boolean('Align gradients', true, {
      source: 'code',
      help: 'Where the two disagree, the teacher gradient loses what works against the labels. Released: on for CIFAR, off for ImageNet.',
    }),
  },
  terms: { labels: 'Labels', teacher: 'Teacher logits' },
  panels,
  extras(build, { params, student, classes }) {
    if (params.head === 'none') return undefined;
    if (params.head === 'linear') return build.dense('auxiliary', [student.embedding], classes);
    const hidden = build.dense('auxiliary/hidden', [student.embedding], 64, { bias: false, init: 'he' });
    const norm = build.batchNorm('auxiliary/norm', hidden.out, { relu: true });
    const out = build.dense('auxiliary/out', hidden.out, classes);
    return (embedding: Tensor): Tensor => out(norm(hidden(embedding)));
  },
  prepare: (pass): { readonly projected: Table } => ({ projected: pass.table(2, 2) }),
  losses({ ops, params, extras, student, teacher, supervised }) {
    const matched = extras ? extras(student.embedding) : student.logits;
    const kl = binaryKl(ops, matched, teacher.logits, params.temperature, params.match === 'normalised');
    return { labels: ops.mul(supervised, params.gamma), teacher: ops.mul(kl, params.alpha) };
  },
  /** Section 3.3: where the two disagree, the teacher gradient loses its part along the label gradient. */
  combineGradients({ labels, teacher }, { ops, params, memory }) {
    if (!params.align) return ops.add(labels, teacher);
    const against = ops.minimum(ops.sum(ops.mul(labels, teacher)), 0);
    counted(ops, memory.projected, ops.less(against, 0));
    const along = ops.div(against, ops.maximum(ops.sum(ops.square(labels)), 1e-30));
    return ops.add(labels, ops.sub(teacher, ops.mul(along, labels)));
  },
  probe(step) {
    const { extras, student } = step;
    return pictures(step, extras ? extras(student.embedding) : student.logits);
  },
});
