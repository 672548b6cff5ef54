import type { Scalar, Tensor } from '../engine/types';
import { defineMethod } from './kit';
import { due, mixIn } from './tgeo-kd/controller';
import { hypergradient, type Layers, type Memory, meanAnswers, readsOf } from './tgeo-kd/mix';
import { panels } from './tgeo-kd/panels';
import { params } from './tgeo-kd/params';
import { pictures, type Wrong, wrongLabels } from './tgeo-kd/pictures';

/** Hu et al. 2024: a small net decides for every sample how much the teacher counts. */
export default defineMethod({
  id: 'tgeo-kd',
  name: 'TGeo-KD',
  family: 'logits',
  paper: {
    title: 'Less or More From Teacher: Exploiting Trilateral Geometry For Knowledge Distillation',
    authors: 'Chengming Hu, Haolun Wu, Xuan Li, Chen Ma, Xi Chen, Jun Yan, Boyu Wang, Xue Liu',
    venue: 'ICLR',
    year: 2024,
    url: 'https://arxiv.org/abs/2312.15112',
  },
  summary:
    'A small network decides for every image how much to listen to the teacher and how much to the label.',
  formula: String.raw`L = \overline{\alpha_i\,T^2\mathrm{KL}(p_t\Vert p_s)_i + (1-\alpha_i)\,\mathrm{CE}_i},\quad \alpha = \sigma\big(\mathrm{MLP}_w(S,T,G,\bar T_y,\text{edges}^2)\big),\quad w:\;\min_w L_{held}\big(\theta-\eta\nabla_\theta L\big)`,
  fidelity: 'adapted',
  deviations:
    'The released controller is never trained; here it follows the one-step look-ahead, taken exactly through the last layer of the student and not through the layers below. A tenth of the training images judge the mix and do not train the student. Labels enter as logits (released: softmax twice). The mix is held between 2% and 98%; the controller is told every fifth step and uses the optimiser of the run.',
  params,
  terms: { labels: 'Labels', teacher: 'Teacher', judged: 'Held-out images, one step ahead' },
  roles: { trained: true },
  panels,
  extras(build, { params, classes }) {
    const first = build.dense('controller/1', [classes * readsOf(params.features)], 32);
    const second = build.dense('controller/2', [32], 16);
    return { layers: [first, second, build.dense('controller/3', [16], 1)] as Layers };
  },
  blank: (pass) => ({
    means: pass.table(pass.classes, pass.classes),
    held: pass.table(pass.samples, 1),
    steps: pass.table(1, 1),
    ...wrongLabels(pass),
  }),
  async prepare(pass, params): Promise<Memory & Wrong> {
    const { logits } = await pass.teacherOutputs();
    const means = meanAnswers(logits, pass.labels, pass.classes);
    const held = pass.uniform('held', pass.samples).map((u) => Number(u < params.held));
    return {
      means: pass.table(pass.classes, pass.classes, means),
      held: pass.table(pass.samples, 1, held),
      steps: pass.table(1, 1),
      ...wrongLabels(pass),
    };
  },
  losses(step) {
    const { ops, params, memory, student, teacher, targets, index } = step;
    const t = params.temperature;
    const { stopGradient, sub, mul } = ops;
    const alpha = mixIn(step);
    const fixed = stopGradient(alpha);
    const trains = sub(1, ops.reshape(memory.held.read(index), [-1]));
    const mean = (rows: Tensor): Scalar =>
      ops.div(ops.sum(mul(trains, rows)), ops.maximum(ops.sum(trains), 1));
    const logits = stopGradient(student.logits);
    const { byAlpha, judged } = hypergradient(ops, {
      features: stopGradient(student.embedding),
      logits,
      targets,
      kdSlope: mul(sub(ops.softmax(logits, t), ops.softmax(teacher.logits, t)), t),
      alpha: fixed,
      trains,
      rate: params.rate,
      bias: 1,
    });
    // Its value is the held-out loss, its gradient the hypergradient, which reaches nothing but the controller.
    const told = mul(stopGradient(byAlpha), due(ops, memory, params.period));
    const pull = ops.sum(mul(told, params.learn ? sub(alpha, fixed) : ops.zerosLike(fixed)));
    return {
      labels: mean(mul(sub(1, fixed), ops.crossEntropyRows(student.logits, targets))),
      teacher: mean(mul(fixed, ops.distillationRows(student.logits, teacher.logits, t))),
      judged: ops.add(stopGradient(judged), pull) as Scalar,
    };
  },
  probe: (step) => pictures(step, mixIn(step)),
});
