import type { Tensor } from '../engine/types';
import { choice, defineMethod, ifWeighted, labelWeight, number, temperature } from './kit';
import { classDirections, normDirection } from './nd-loss/direction';
import { panels } from './nd-loss/panels';
import { lengthsAndCosines } from './nd-loss/pictures';

/** Wang et al. 2024: features along the teacher's class means and as long as the teacher's. */
export default defineMethod({
  id: 'nd-loss',
  name: 'KD++ (norm and direction)',
  family: 'features',
  paper: {
    title: 'Improving Knowledge Distillation via Regularizing Feature Direction and Norm',
    authors: 'Yuzhu Wang, Lechao Cheng, Manni Duan, Yongheng Wang, Zunlei Feng, Shu Kong',
    venue: 'ECCV',
    year: 2024,
    url: 'https://arxiv.org/abs/2305.17007',
  },
  summary:
    'Pushes every feature along the teacher’s average feature of its class, until it is as long as the teacher’s.',
  formula: String.raw`L = w_{ce}\,\mathrm{CE} + r\,w_{kd}\,L_{kd} + w\,\overline{1-\frac{f_s\cdot e_y}{\max(\lVert f_s\rVert,\lVert f_t\rVert)}},\quad e_y = \frac{\bar f_t^{\,y}}{\lVert \bar f_t^{\,y}\rVert}`,
  fidelity: 'adapted',
  deviations:
    'Class means come from the plain training images and are not rounded; the released code averages augmented ones and keeps four decimals. The warm-up is a share of the run and grows per step. Where widths differ the student feature passes batch norm and a linear layer, without the released dropout. The forms for direction or norm alone are ablations.',
  params: {
    ndWeight: number('Weight of norm and direction', 1, {
      min: 0,
      max: 4,
      step: 0.1,
      source: 'code',
      help: 'Released: 0.5 to 2 on CIFAR-100. Large values make features long and answers too sure.',
    }),
    ceWeight: labelWeight(1, 'code'),
    kdWeight: number('Weight of distillation', 1, {
      min: 0,
      max: 5,
      step: 0.1,
      source: 'code',
      help: 'Released: 1 to 4.',
    }),
    host: choice(
      'Distillation',
      'kd',
      { kd: 'Plain', dkd: 'Decoupled' },
      { source: 'paper', help: 'What it is added to.' },
    ),
    temperature: temperature(4, 'code'),
    alpha: number('Decoupled: true class', 1, {
      min: 0,
      max: 4,
      step: 0.1,
      source: 'code',
      advanced: true,
      help: 'Of the decoupled form.',
    }),
    beta: number('Decoupled: other classes', 4, {
      min: 0,
      max: 10,
      source: 'code',
      advanced: true,
      help: 'Of the decoupled form.',
    }),
    warmup: number('Warm-up share of distillation', 0.08, {
      min: 0,
      max: 1,
      step: 0.01,
      source: 'code',
      advanced: true,
      help: 'It grows over this share.',
    }),
    form: choice(
      'Form',
      'both',
      { both: 'Norm and direction', direction: 'Direction only', norm: 'Norm only' },
      { source: 'ours', advanced: true, help: 'Ablations: only turn, or only lengthen.' },
    ),
  },
  terms: { ce: 'Labels', kd: 'Teacher', nd: 'Norm and direction' },
  roles: { trained: true, reads: ({ kdWeight }) => (kdWeight === 0 ? 'features' : 'answers') },
  panels,
  extras(build, { student, teacher }) {
    const [from, to] = [student.embedding, teacher?.embedding];
    if (!to || from === to) return undefined;
    const [norm, dense] = [build.batchNorm('adapter/norm', [from]), build.dense('adapter/dense', [from], to)];
    return (x: Tensor): Tensor => dense(norm(x));
  },
  blank: (pass, { teacher }) => pass.table(pass.classes, teacher?.embedding ?? 1),
  prepare: classDirections,
  losses({ ops, params, extras, memory, student, teacher, labels, classes, supervised, progress }) {
    const host = () => {
      if (params.host === 'kd') return ops.distillation(student.logits, teacher.logits, params.temperature);
      const truth = ops.oneHot(labels, classes);
      const parts = ops.decoupledDistillation(student.logits, teacher.logits, truth, params.temperature);
      return ops.add(ops.mul(parts.target, params.alpha), ops.mul(parts.rest, params.beta));
    };
    const ramp = params.warmup > 0 ? ops.minimum(ops.div(progress, params.warmup), 1) : 1;
    const features = extras ? extras(student.embedding) : student.embedding;
    const nd = normDirection(ops, features, teacher.embedding, memory.read(labels), params.form);
    return {
      ce: ops.mul(supervised, params.ceWeight),
      kd: ops.mul(ifWeighted(ops, params.kdWeight, host), ramp),
      nd: ops.mul(nd, params.ndWeight),
    };
  },
  probe({ ops, extras, memory, student, teacher, labels }) {
    const features = extras ? extras(student.embedding) : student.embedding;
    const shown = { student: features, teacher: teacher.embedding, way: memory.read(labels) };
    return lengthsAndCosines(ops, shown);
  },
});
