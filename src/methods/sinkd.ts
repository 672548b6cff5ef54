import type { Tensor2D } from '../engine/types';
import { boolean, choice, defineMethod, integer, number, temperature } from './kit';
import { panels } from './sinkd/panels';
import { pictures } from './sinkd/pictures';
import { transport } from './sinkd/transport';

/** Cui et al. 2024: the cost of moving the student's batch of answers onto the teacher's. */
export default defineMethod({
  id: 'sinkd',
  name: 'Sinkhorn KD',
  family: 'logits',
  paper: {
    title: 'Sinkhorn Distance Minimization for Knowledge Distillation',
    authors:
      'Xiao Cui, Yulei Qin, Yuting Gao, Enwei Zhang, Zihan Xu, Tong Wu, Ke Li, Xing Sun, Wengang Zhou, Houqiang Li',
    venue: 'COLING',
    year: 2024,
    url: 'https://arxiv.org/abs/2402.17110',
  },
  summary:
    'Moves the whole batch of student answers onto the teacher’s by the cheapest plan; the cost of the plan is a loss.',
  formula: String.raw`L = (1-\alpha)\,\mathrm{CE} - \alpha T^2\,\overline{p_t^{T}\log p_s^{T}} + \tfrac{\beta}{B}\sum_{ij}P_{ij}D_{ij},\quad D_{ij}=\lVert p_i-q_j\rVert_1,\; P = \mathrm{Sinkhorn}\big(e^{-D/\varepsilon}\big)`,
  fidelity: 'adapted',
  deviations:
    'Images in place of text. Defaults divide the transport cost by the batch size and give the soft cross-entropy its factor T²: as released, the transport term weighs about a thirtieth of the distillation term. Both released forms can be chosen. Off by default is what the paper does for some tasks: lowering the temperature during training.',
  params: {
    alpha: number('Weight of the teacher', 0.8, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'code',
      help: 'The labels get the rest. Released: 0.8 to 1.',
    }),
    beta: number('Weight of transport', 0.8, {
      min: 0,
      max: 10,
      step: 0.1,
      source: 'code',
      help: 'How much the cost of the plan counts.',
    }),
    temperature: temperature(2, 'code', 'Of the distillation term. Released: 1 to 4 by task.'),
    epsilon: number('Blur of the plan', 0.1, {
      min: 0.05,
      max: 0.5,
      step: 0.01,
      source: 'code',
      help: 'Small: each answer goes to few places. Large: it is spread out.',
    }),
    sweeps: integer('Sweeps', 20, {
      min: 1,
      max: 50,
      source: 'code',
      advanced: true,
      help: 'Rounds of balancing the plan.',
    }),
    scale: choice(
      'Size of the transport term',
      'mean',
      { mean: 'Mean over the batch', released: 'Sum times 0.001, as released' },
      { source: 'ours', advanced: true, help: 'Released: about 30 times weaker.' },
    ),
    anneal: boolean('Temperature falls to 1', false, {
      source: 'code',
      advanced: true,
      help: 'From epoch to epoch by equal steps.',
    }),
    squared: boolean('Distillation times T² (released: off)', true, {
      source: 'ours',
      advanced: true,
      help: 'Released: off.',
    }),
  },
  terms: { ce: 'Labels', kd: 'Teacher', transport: 'Transport' },
  panels,
  losses({ ops, params, student, teacher, batch, supervised, epoch, epochs }) {
    const { alpha } = params;
    const { distance } = transport(ops, student.logits, teacher.logits, params.epsilon, params.sweeps);
    const fallen = ops.mul(epoch, (params.temperature - 1) / Math.max(1, epochs - 1));
    const t = params.anneal ? ops.maximum(ops.sub(params.temperature, fallen), 1) : params.temperature;
    const [z, wanted] = [ops.div(student.logits, t), ops.softmax(ops.div(teacher.logits, t))] as const;
    const soft = ops.crossEntropy(z as Tensor2D, wanted as Tensor2D);
    return {
      ce: ops.mul(supervised, 1 - alpha),
      kd: ops.mul(soft, params.squared ? ops.mul(ops.mul(t, t), alpha) : alpha),
      transport: ops.mul(distance, params.beta * (params.scale === 'mean' ? 1 / batch : 0.001)),
    };
  },
  probe: (step) => pictures(step),
});
