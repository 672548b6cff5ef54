import type { Tensor, Tensor2D, Tensor4D } from '../engine/types';
import { choice, defineMethod, number } from './kit';
import { oneView, twoViews } from './mlkd/levels';
import { strongView } from './views/strong';

/** Temperature of the pictures: the middle one of the loss. */
const SHOWN_AT = 4;

/** Jin, Wang, Lin 2023, equations 4, 8 and 11, over the temperatures of the released code. */
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
    'The default has one view of each image and means over temperatures, as the paper’s equations. The other form runs as the released code: sums, a second view changed strongly (ours: contrast, brightness, noise, a hole), masks that only scale a finished mean, two temperatures of the second view that read the first one again, and no relations within it.',
  params: {
    form: choice(
      'Form',
      'single',
      { single: 'One view, means', released: 'Two views, as the released code runs' },
      {
        source: 'ours',
        help: 'The released form adds up where the other averages, so its terms are larger.',
      },
    ),
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
  panels: {
    student: { kind: 'heatmap', title: 'Images answered alike: student', x: 'Image', y: 'Image' },
    teacher: { kind: 'heatmap', title: 'Images answered alike: teacher', x: 'Image', y: 'Image' },
  },
  input({ images, labels, targets }, { ops, params, random }) {
    if (params.form === 'single') return { images, labels, targets };
    const twice = <T extends Tensor>(x: T): T => ops.concat([x, x]) as T;
    const seen = ops.concat([images, strongView(ops, random, images)]) as Tensor4D;
    return { images: seen, labels: twice(labels), targets: twice(targets) };
  },
  losses({ ops, params, student, teacher, supervised }) {
    const two = params.form === 'released';
    const [instance, batch, between] = (two ? twoViews : oneView)(
      ops,
      student.logits,
      teacher.logits,
      params.weight,
    );
    // The mean over both views, where the released code adds their means.
    return {
      ce: ops.mul(supervised, two ? 2 * params.ceWeight : params.ceWeight),
      instance,
      batch,
      class: between,
    };
  },
  probe({ ops, student, teacher }) {
    const alike = (z: Tensor2D) => {
      const p = ops.softmax(z, SHOWN_AT) as Tensor2D;
      return ops.matMul(p, p, false, true);
    };
    return { student: alike(student.logits), teacher: alike(teacher.logits) };
  },
});
