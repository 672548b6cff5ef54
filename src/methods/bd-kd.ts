import type { Scalar, Tensor, Tensor1D } from '../engine/types';
import { gateWeights } from './bd-kd/gate';
import { panels } from './bd-kd/panels';
import { pictures } from './bd-kd/pictures';
import { choice, defineMethod, number, temperature } from './kit';

/** Amara et al. 2022: both directions of the divergence, weighted per sample by who is the sharper one. */
export default defineMethod({
  id: 'bd-kd',
  name: 'BD-KD',
  family: 'online',
  paper: {
    title: 'BD-KD: Balancing the Divergences for Online Knowledge Distillation',
    authors: 'Ibtihel Amara, Nazanin Sepahvand, Brett H. Meyer, Warren J. Gross, James J. Clark',
    venue: 'arXiv',
    year: 2022,
    url: 'https://arxiv.org/abs/2212.12965',
  },
  summary:
    'Teacher and student learn together; every image decides which way their disagreement counts more, so that the student is neither too sure nor too vague.',
  formula: String.raw`\begin{aligned} L_s &= \mathrm{CE}(z_s,y) + \lambda_s T^2\,\overline{w^f\,\mathrm{KL}(p_t\Vert p_s) + w^r\,\mathrm{KL}(p_s\Vert p_t)}\\ L_t &= \mathrm{CE}(z_t,y) + \lambda_t T^2\,\overline{\mathrm{KL}(p_s\Vert p_t)}\end{aligned}\quad (w^f,w^r)=\begin{cases}(\delta,1)& H_t>H_s\\(1,\delta)&\text{else}\end{cases}`,
  fidelity: 're-derived',
  deviations:
    'Re-derived: no code is public. The structure of both losses follows the abstract and summaries of the paper; the rule of the gate, delta, the temperature and the factor T² are a reconstruction. All four gates can be chosen; soft and equal are ours.',
  params: {
    temperature: temperature(3, 'ours'),
    gate: choice(
      'Gate',
      'hard',
      {
        hard: 'By entropy: sharper student gets forward',
        soft: 'Smooth in the entropy gap',
        equal: 'Equal weights, same total (control)',
        flip: 'By entropy, exchanged (control)',
      },
      { source: 'ours', help: 'What decides which direction counts more.' },
    ),
    delta: number('Larger weight', 2, {
      min: 1,
      max: 4,
      step: 0.1,
      source: 'ours',
      help: 'Weight of the favoured direction; the other has 1.',
    }),
    kappa: number('Steepness of the soft gate', 10, {
      min: 2,
      max: 50,
      source: 'ours',
      advanced: true,
      help: 'How sharply the soft gate turns over.',
    }),
    student: number('Weight in the student', 1, {
      min: 0,
      max: 2,
      step: 0.1,
      source: 'ours',
      help: 'How much both divergences count.',
    }),
    teacher: number('Weight in the teacher', 1, {
      min: 0,
      max: 2,
      step: 0.1,
      source: 'ours',
      help: 'How much the student pulls the teacher.',
    }),
  },
  terms: {
    labels: 'Labels',
    forward: 'Too sure (forward)',
    reverse: 'Too vague (reverse)',
    teacherLabels: 'Teacher: labels',
    teacherKd: 'Teacher: student',
  },
  roles: { teacher: 'learns' },
  panels,
  losses({ ops, params, student, teacher, targets, classes, supervised }) {
    const { logSoftmax, klRows, stopGradient, mean, mul } = ops;
    const t = params.temperature;
    const s = logSoftmax(student.logits, t);
    const q = logSoftmax(teacher.logits, t);
    const [fixedS, fixedT] = [stopGradient(s), stopGradient(q)];
    const entropies = { student: ops.entropyRows(fixedS), teacher: ops.entropyRows(fixedT) };
    const weights = gateWeights(ops, params.gate, entropies, { ...params, classes });
    const scaled = (weight: Tensor | number, rows: Tensor1D, factor: number): Scalar =>
      mul(mean(mul(weight, rows)), factor * t * t);
    return {
      labels: supervised,
      forward: scaled(weights.forward, klRows(fixedT, s), params.student),
      reverse: scaled(weights.reverse, klRows(s, fixedT), params.student),
      teacherLabels: ops.crossEntropy(teacher.logits, targets),
      teacherKd: scaled(1, klRows(fixedS, q), params.teacher),
    };
  },
  probe: (step) => pictures(step),
});
