import type { Ops, Tensor } from '../engine/types';
import { defineMethod, number, pairTaps } from './kit';

/** How alike the images of a batch look to a layer: rows of X X^T with length 1, `[b, b]`. */
export function similarities(ops: Ops, activation: Tensor): Tensor {
  const x = ops.flatten(activation);
  return ops.l2Normalize(ops.matMul(x, x, false, true));
}

/** Tung and Mori 2019, equation 4, on the last inner layer. */
export default defineMethod({
  id: 'sp',
  name: 'Similarity-preserving KD',
  family: 'relations',
  paper: {
    title: 'Similarity-Preserving Knowledge Distillation',
    authors: 'Frederick Tung, Greg Mori',
    venue: 'ICCV',
    year: 2019,
    url: 'https://arxiv.org/abs/1907.09682',
  },
  summary: 'Images that look alike to the teacher’s last layer should look alike to the student’s.',
  formula: String.raw`L = \mathrm{CE}(z_s,y) + \frac{w}{B^2}\,\lVert G_s-G_t\rVert_F^2,\quad G=\mathrm{rownorm}(XX^\top)`,
  fidelity: 'as published',
  deviations:
    'One pair of layers, the last inner one, as in the public code. Default weight 300 in place of 3000, which fell behind plain training in short runs; the term shrinks with the square of the batch size.',
  params: {
    weight: number('Weight of similarities', 300, {
      min: 0,
      max: 5000,
      step: 10,
      source: 'ours',
      help: 'How much the similarities count. Released: 3000 at a batch size of 64.',
    }),
  },
  terms: { ce: 'Labels', similarity: 'Similarities' },
  roles: { reads: () => 'features' },
  panels: {
    student: { kind: 'heatmap', title: 'Similar images: student', x: 'Image', y: 'Image' },
    teacher: { kind: 'heatmap', title: 'Similar images: teacher', x: 'Image', y: 'Image' },
  },
  losses({ ops, params, student, teacher, supervised }) {
    const [s, t] = pairTaps(student.taps, teacher.taps).at(-1) as readonly [Tensor, Tensor];
    const distance = ops.meanSquaredError(similarities(ops, s), similarities(ops, t));
    return { ce: supervised, similarity: ops.mul(distance, params.weight) };
  },
  probe({ ops, student, teacher }) {
    const [s, t] = pairTaps(student.taps, teacher.taps).at(-1) as readonly [Tensor, Tensor];
    return { student: similarities(ops, s), teacher: similarities(ops, t) };
  },
});
