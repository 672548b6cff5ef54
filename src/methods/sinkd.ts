import type { Ops, Scalar, Tensor, Tensor1D, Tensor2D } from '../engine/types';
import { boolean, choice, defineMethod, integer, number, temperature } from './kit';

/** The released code softens both answers by 2 inside the transport term, whatever the other temperature. */
const TRANSPORT_TEMPERATURE = 2;

export interface Transport {
  /** L1 distance of student row i to teacher row j, `[n, n]`. */
  readonly cost: Tensor2D;
  /** `[n, n]`; columns add up to 1, rows nearly so. */
  readonly plan: Tensor2D;
  readonly distance: Scalar;
}

/** Entropic transport of a batch of student answers onto the teacher's, equations 4 to 8; all with gradient. */
export function transport(
  ops: Ops,
  student: Tensor,
  teacher: Tensor,
  epsilon: number,
  sweeps: number,
): Transport {
  const [p, q] = [student, teacher].map((z) => ops.softmax(z, TRANSPORT_TEMPERATURE)) as [Tensor2D, Tensor2D];
  const cost = ops.pairwiseDistances(p, q, 'absolute');
  const plan = ops.sinkhorn(ops.div(cost, -epsilon), sweeps);
  return { cost, plan, distance: ops.sum(ops.mul(plan, cost)) };
}

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
    'Images in place of text. Defaults divide the transport cost by the batch size and give the soft cross-entropy its factor T²: as released, the transport term weighs about a thirtieth of the distillation term. Both released forms can be chosen. The paper lowers the temperature during training for some tasks; here it is constant.',
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
    squared: boolean('Distillation times T² (released: off)', true, {
      source: 'ours',
      advanced: true,
      help: 'Released: off.',
    }),
  },
  terms: { ce: 'Labels', kd: 'Teacher', transport: 'Transport' },
  panels: {
    plan: { kind: 'heatmap', title: 'Transport plan, sorted by class', x: 'Teacher', y: 'Student' },
    cost: { kind: 'heatmap', title: 'Distance of the answers, likewise', x: 'Teacher', y: 'Student' },
    pairs: { kind: 'lines', title: 'Share moved to the same image; to the same class', x: 'Step' },
  },
  losses({ ops, params, student, teacher, batch, supervised }) {
    const { alpha, temperature: t } = params;
    const { distance } = transport(ops, student.logits, teacher.logits, params.epsilon, params.sweeps);
    const soft = ops.crossEntropy(ops.div(student.logits, t), ops.softmax(teacher.logits, t) as Tensor2D);
    return {
      ce: ops.mul(supervised, 1 - alpha),
      kd: ops.mul(soft, params.squared ? alpha * t * t : alpha),
      transport: ops.mul(distance, params.beta * (params.scale === 'mean' ? 1 / batch : 0.001)),
    };
  },
  probe({ ops, params, student, teacher, labels, classes, batch }) {
    const { plan, cost } = transport(ops, student.logits, teacher.logits, params.epsilon, params.sweeps);
    const hot = ops.oneHot(labels, classes);
    const places = ops.range(0, batch, 1, 'int32');
    const diagonal = ops.cast(ops.equal(ops.expandDims(places, 1), places), 'float32');
    const share = (mask: Tensor) => ops.div(ops.sum(ops.mul(plan, mask)), batch);
    const order = ops.topk(ops.cast(labels, 'float32'), batch).indices as Tensor1D;
    const sorted = (x: Tensor) => ops.gather(ops.gather(x, order), order, 1);
    return {
      plan: sorted(plan),
      cost: sorted(cost),
      pairs: ops.stack([share(diagonal), share(ops.matMul(hot, hot, false, true))]),
    };
  },
});
