import type { Scalar, Tensor, Tensor1D } from '../engine/types';
import { boolean, choice, defineMethod, firstImages, imagesPanel, number, temperature } from './kit';
import { hypergradient, type Layers, type Memory, meanAnswers, mixOf, stateOf } from './tgeo-kd/mix';

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
    'The released controller is never trained; here it follows the one-step look-ahead, taken exactly through the last layer of the student and not through the layers below. A tenth of the training images judge the mix and do not train the student. Labels enter as logits (released: softmax twice). The mix is held between 2% and 98%, and the controller uses the optimiser of the run.',
  params: {
    temperature: temperature(4, 'ours', 'Released: 1.5.'),
    held: number('Share that judges', 0.1, {
      min: 0.05,
      max: 0.3,
      source: 'code',
      help: 'Images kept aside.',
    }),
    rate: number('Look-ahead', 0.1, {
      min: 0.01,
      max: 1,
      source: 'ours',
      help: 'Size of the imagined step.',
    }),
    features: choice(
      'The controller sees',
      'all',
      { all: 'Student, teacher, label, class mean', triangle: 'Student, teacher, label' },
      { source: 'code', advanced: true, help: 'Released: all.' },
    ),
    learn: boolean('Controller learns', true, { source: 'paper', help: 'Released: off, a random mix.' }),
  },
  terms: { labels: 'Labels', teacher: 'Teacher', judged: 'Held-out images, one step ahead' },
  roles: { trained: true },
  panels: {
    mix: { kind: 'bars', title: 'Share of the teacher, by tenths', x: 'Share', y: 'Images' },
    images: imagesPanel('Share of the teacher for each image'),
    right: { kind: 'lines', title: 'Mean share where the teacher is right; wrong', x: 'Step', y: 'Share' },
  },
  extras(build, { params, classes }) {
    const first = build.dense('controller/1', [classes * (params.features === 'all' ? 9 : 6)], 32);
    const second = build.dense('controller/2', [32], 16);
    return { layers: [first, second, build.dense('controller/3', [16], 1)] as Layers };
  },
  blank: (pass) => ({
    means: pass.table(pass.classes, pass.classes),
    held: pass.table(pass.samples, 1),
  }),
  async prepare(pass, params): Promise<Memory> {
    const { logits } = await pass.teacherOutputs();
    const means = meanAnswers(logits, pass.labels, pass.classes);
    const held = pass.uniform('held', pass.samples).map((u) => Number(u < params.held));
    return {
      means: pass.table(pass.classes, pass.classes, means),
      held: pass.table(pass.samples, 1, held),
    };
  },
  losses({ ops, params, extras, memory, student, teacher, targets, labels, index }) {
    const t = params.temperature;
    const { stopGradient, sub, mul } = ops;
    const means = params.features === 'all' ? memory.means.read(labels) : undefined;
    const alpha = mixOf(ops, extras.layers, stateOf(ops, { student, teacher, targets }, means));
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
    const pull = ops.sum(mul(stopGradient(byAlpha), params.learn ? sub(alpha, fixed) : ops.zerosLike(fixed)));
    return {
      labels: mean(mul(sub(1, fixed), ops.crossEntropyRows(student.logits, targets))),
      teacher: mean(mul(fixed, ops.distillationRows(student.logits, teacher.logits, t))),
      judged: ops.add(stopGradient(judged), pull) as Scalar,
    };
  },
  probe({ ops, params, extras, memory, images, student, teacher, targets, labels }) {
    const means = params.features === 'all' ? memory.means.read(labels) : undefined;
    const alpha = mixOf(ops, extras.layers, stateOf(ops, { student, teacher, targets }, means));
    const tenth = ops.cast(ops.minimum(ops.floor(ops.mul(alpha, 10)), 9), 'int32') as Tensor1D;
    const right = ops.cast(ops.equal(ops.argMax(teacher.logits), labels), 'float32');
    const mean = (mask: Tensor) => ops.div(ops.sum(ops.mul(alpha, mask)), ops.maximum(ops.sum(mask), 1));
    return {
      ...firstImages(ops, images, alpha),
      mix: ops.sum(ops.oneHot(tenth, 10), 0),
      right: ops.stack([mean(right), mean(ops.sub(1, right))]),
    };
  },
});
