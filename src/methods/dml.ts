import type { Ops, Scalar, Tensor2D } from '../engine/types';
import { agreement, boolean, defineMethod, integer, number } from './kit';

/** Sum over the partners j of T^2 KL(p_j || p_i), the partners held fixed. */
export function partnerLoss(ops: Ops, logits: readonly Tensor2D[], i: number, temperature: number): Scalar {
  const others = logits.filter((_, j) => j !== i).map((z) => ops.stopGradient(z));
  return ops.addN(others.map((z) => ops.distillation(logits[i] as Tensor2D, z, temperature))) as Scalar;
}

/** Zhang et al. 2018, equations 4 to 8; all peers on one forward pass, as released. */
export default defineMethod({
  id: 'dml',
  name: 'Deep mutual learning',
  family: 'online',
  paper: {
    title: 'Deep Mutual Learning',
    authors: 'Ying Zhang, Tao Xiang, Timothy M. Hospedales, Huchuan Lu',
    venue: 'CVPR',
    year: 2018,
    url: 'https://arxiv.org/abs/1706.00384',
  },
  summary: 'No teacher: a few students with different starts learn together and match one another’s answers.',
  formula: String.raw`L = \sum_i \Big[\mathrm{CE}(z_i,y) + w\,T^2\sum_{j\ne i}\overline{\mathrm{KL}(p_j\Vert p_i)}\Big],\quad p_j\ \text{fixed}`,
  fidelity: 'as published',
  deviations:
    'All peers see the same images and are updated from one forward pass, as in the released code; the paper updates them in turn. The sum over partners is the released form, the mean that of the paper. Logarithms are exact: the released code adds 1e-8 twice. Only the first peer is reported.',
  params: {
    peers: integer('Students', 2, {
      min: 2,
      max: 4,
      source: 'paper',
      help: 'How many students learn together; the first is reported.',
    }),
    weight: number('Weight of the partners', 1, {
      min: 0,
      max: 10,
      step: 0.1,
      source: 'code',
      help: 'How much the partners count beside the labels.',
    }),
    temperature: number('Temperature', 1, {
      min: 1,
      max: 10,
      step: 0.5,
      source: 'code',
      help: 'Softens the answers that are matched.',
    }),
    average: boolean('Average over partners', false, {
      source: 'paper',
      advanced: true,
      help: 'Divides by the number of partners; matters from three students on.',
    }),
  },
  terms: { ce: 'Labels', peers: 'Partners' },
  roles: { teacher: 'none', peers: ({ peers }) => peers },
  panels: { agreement: { kind: 'heatmap', title: 'Share of images on which two students agree' } },
  losses({ ops, params, students, targets }) {
    const logits = students.map((each) => each.logits);
    const weight = params.average ? params.weight / Math.max(1, logits.length - 1) : params.weight;
    const matched = logits.map((_, i) => partnerLoss(ops, logits, i, params.temperature));
    return {
      ce: ops.addN(logits.map((z) => ops.crossEntropy(z, targets))) as Scalar,
      peers: ops.mul(ops.addN(matched) as Scalar, weight),
    };
  },
  probe: ({ ops, students }) => ({
    agreement: agreement(
      ops,
      students.map(({ logits }) => logits),
    ),
  }),
});
