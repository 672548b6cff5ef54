import type { Ops, Tensor, Tensor2D } from '../engine/types';
import { defineMethod, integer, number, pairTaps } from './kit';

/** Where the energy of a map is: mean over channels of |F|^p, one row of unit length per image, `[b, h w]`. */
export const attentionMap = (ops: Ops, map: Tensor, power: number): Tensor2D =>
  ops.l2Normalize(ops.flatten(ops.mean(ops.pow(power % 2 ? ops.abs(map) : map, power), -1))) as Tensor2D;

/** Mean squared difference of both attention maps, the larger map average-pooled to the smaller one. */
export function attentionLoss(ops: Ops, student: Tensor, teacher: Tensor, power: number) {
  const [s, t] = ops.poolToSmaller(ops.toMap(student), ops.toMap(teacher));
  return ops.meanSquaredError(attentionMap(ops, s, power), attentionMap(ops, t, power));
}

/** Zagoruyko and Komodakis 2017, equation 2, in the form of the public code bases. */
export default defineMethod({
  id: 'at',
  name: 'Attention transfer',
  family: 'features',
  paper: {
    title:
      'Paying More Attention to Attention: Improving the Performance of Convolutional Neural Networks via Attention Transfer',
    authors: 'Sergey Zagoruyko, Nikos Komodakis',
    venue: 'ICLR',
    year: 2017,
    url: 'https://arxiv.org/abs/1612.03928',
  },
  summary:
    'The student learns to look where the teacher looks: both spread their activity over the image alike.',
  formula: String.raw`L = \mathrm{CE}(z_s,y) + w\sum_{l}\overline{\big(A(F_s^l)-A(F_t^l)\big)^2},\quad A(F)=\frac{\mathrm{vec}\,\overline{F^{p}}^{\,c}}{\lVert\cdot\rVert_2}`,
  fidelity: 'as published',
  deviations:
    'The mean over positions is that of the public code; it makes the raw value tiny. Default weight 100 in place of 1000, which fell behind plain training in short runs. Maps are compared at every pair of inner layers; token sequences are laid out as squares.',
  params: {
    weight: number('Weight of the maps', 100, {
      min: 0,
      max: 2000,
      step: 10,
      source: 'ours',
      help: 'How much the maps count, all layers together. Released: 1000.',
    }),
    power: integer('Power', 2, {
      min: 1,
      max: 4,
      source: 'paper',
      advanced: true,
      help: 'Activations are raised to it: higher looks at the strongest ones only.',
    }),
  },
  terms: { ce: 'Labels', attention: 'Attention maps' },
  roles: { reads: () => 'features' },
  panels: {
    student: { kind: 'heatmap', title: 'Where the student looks (first image, last layer)' },
    teacher: { kind: 'heatmap', title: 'Where the teacher looks' },
  },
  losses({ ops, params, student, teacher, supervised }) {
    const layers = pairTaps(student.taps, teacher.taps).map(([s, t]) =>
      attentionLoss(ops, s, t, params.power),
    );
    return { ce: supervised, attention: ops.mul(ops.addN(layers), params.weight) as typeof supervised };
  },
  probe({ ops, params, student, teacher }) {
    const [s, t] = pairTaps(student.taps, teacher.taps).at(-1) as readonly [Tensor, Tensor];
    const maps = ops.poolToSmaller(ops.toMap(s), ops.toMap(t));
    const [, height, width] = maps[0].shape;
    const first = (map: Tensor) =>
      ops.reshape(ops.slice(attentionMap(ops, map, params.power), 0, 1), [height, width]);
    return { student: first(maps[0]), teacher: first(maps[1]) };
  },
});
