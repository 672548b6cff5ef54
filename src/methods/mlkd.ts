import type { Ops, Scalar, Tensor2D } from '../engine/types';
import { defineMethod, number } from './kit';

const TEMPERATURES = [2, 3, 4, 5, 6];

/** Squared Frobenius distance of the Gram matrices of two sets of rows. */
const gramDistance = (ops: Ops, a: Tensor2D, b: Tensor2D): Scalar =>
  ops.sum(ops.squaredDifference(ops.matMul(a, a, false, true), ops.matMul(b, b, false, true))) as Scalar;

/** The three levels at one temperature: per image, between images (/ B), between classes (/ K). */
function levels(ops: Ops, student: Tensor2D, teacher: Tensor2D, temperature: number): Scalar[] {
  const s = ops.softmax(student, temperature) as Tensor2D;
  const t = ops.softmax(teacher, temperature) as Tensor2D;
  const [rows, classes] = student.shape;
  return [
    ops.distillation(student, teacher, temperature),
    ops.div(gramDistance(ops, s, t), rows),
    ops.div(gramDistance(ops, ops.transpose(s), ops.transpose(t)), classes),
  ];
}

/** Jin, Wang, Lin 2023, equations 4, 8 and 11, averaged over the temperatures of the released code. */
export default defineMethod({
  id: 'mlkd',
  name: 'Multi-level logit distillation',
  family: 'logits',
  paper: {
    title: 'Multi-Level Logit Distillation',
    authors: 'Ying Jin, Jiaqi Wang, Dahua Lin',
    venue: 'CVPR',
    year: 2023,
    url: 'https://openaccess.thecvf.com/content/CVPR2023/html/Jin_Multi-Level_Logit_Distillation_CVPR_2023_paper.html',
  },
  summary: 'Matches the teacher at five temperatures: image by image, between images and between classes.',
  formula: String.raw`L = w_{ce}\,\mathrm{CE}(z_s,y) + w\,\overline{\Big[T^2\,\mathrm{KL}(p_t\Vert p_s) + \tfrac1B\lVert P_tP_t^\top-P_sP_s^\top\rVert_F^2 + \tfrac1K\lVert P_t^\top P_t-P_s^\top P_s\rVert_F^2\Big]}^{\,T\in\{2,\dots,6\}}`,
  fidelity: 'adapted',
  deviations:
    'One view of each image and the mean over temperatures. The released code sums over them and adds a strongly augmented view; its confidence masks scale a finished mean, and parts of the second view are computed and dropped, so the code is not reproduced as it runs.',
  params: {
    ceWeight: number('Weight of the labels', 0.1, {
      min: 0,
      max: 2,
      step: 0.05,
      source: 'code',
      help: 'How much the true labels count.',
    }),
    weight: number('Weight of the teacher', 0.9, {
      min: 0,
      max: 10,
      step: 0.1,
      source: 'code',
      help: 'How much all three levels count.',
    }),
  },
  terms: { ce: 'Labels', instance: 'Images', batch: 'Between images', class: 'Between classes' },
  losses({ ops, params, student, teacher, supervised }) {
    const all = TEMPERATURES.map((t) => levels(ops, student.logits, teacher.logits, t));
    const level = (i: number): Scalar => {
      const parts = all.map((at) => at[i] as Scalar);
      return ops.mul(ops.addN(parts) as Scalar, params.weight / TEMPERATURES.length);
    };
    return { ce: ops.mul(supervised, params.ceWeight), instance: level(0), batch: level(1), class: level(2) };
  },
});
