import type { Ops, Tensor, Tensor2D } from '../engine/types';
import { defineMethod, number } from './kit';

/** Pearson correlation of each row of `a` with the same row of `b`, `[n]`; 0 for constant rows. */
export function correlations(ops: Ops, a: Tensor, b: Tensor): Tensor {
  const centred = (x: Tensor) => ops.sub(x, ops.mean(x, -1, true));
  // The root has no finite slope at 0.
  const length = (x: Tensor) => ops.sqrt(ops.maximum(ops.sum(ops.square(x), -1), 1e-24));
  const [x, y] = [centred(a), centred(b)];
  return ops.div(ops.sum(ops.mul(x, y), -1), ops.add(ops.mul(length(x), length(y)), 1e-8));
}

/** Huang et al. 2022, equations 7 to 10. */
export default defineMethod({
  id: 'dist',
  name: 'DIST',
  family: 'logits',
  paper: {
    title: 'Knowledge Distillation from A Stronger Teacher',
    authors: 'Tao Huang, Shan You, Fei Wang, Chen Qian, Chang Xu',
    venue: 'NeurIPS',
    year: 2022,
    url: 'https://arxiv.org/abs/2205.10536',
  },
  summary:
    'The student agrees with the teacher in ranking, within each image and within each class, not in values.',
  formula: String.raw`L = \mathrm{CE}(z_s,y) + w\,\tau^2\big(1-\overline{\rho(p_s^{b},p_t^{b})}\big) + w\,\tau^2\big(1-\overline{\rho(p_s^{\cdot k},p_t^{\cdot k})}\big)`,
  fidelity: 'as published',
  deviations: 'None. Released temperatures are 1 on ImageNet and 4 on CIFAR; the latter is the default here.',
  params: {
    inter: number('Weight within an image', 2, {
      min: 0,
      max: 8,
      step: 0.1,
      source: 'code',
      help: 'How much the ranking of classes for one image counts.',
    }),
    intra: number('Weight within a class', 2, {
      min: 0,
      max: 8,
      step: 0.1,
      source: 'code',
      help: 'How much the ranking of images for one class counts.',
    }),
    temperature: number('Temperature', 4, {
      min: 1,
      max: 10,
      step: 0.5,
      source: 'code',
      help: 'Softens both answers before they are correlated.',
    }),
  },
  terms: { ce: 'Labels', inter: 'Within images', intra: 'Within classes' },
  panels: {
    classes: { kind: 'bars', title: 'Correlation with the teacher, by class', x: 'Class', y: 'Correlation' },
  },
  losses({ ops, params, student, teacher, supervised }) {
    const t = params.temperature;
    const s = ops.softmax(student.logits, t) as Tensor2D;
    const q = ops.softmax(teacher.logits, t) as Tensor2D;
    const apart = (rho: Tensor, weight: number) => ops.mul(ops.sub(1, ops.mean(rho)), weight * t * t);
    return {
      ce: supervised,
      inter: apart(correlations(ops, s, q), params.inter) as typeof supervised,
      intra: apart(correlations(ops, ops.transpose(s), ops.transpose(q)), params.intra) as typeof supervised,
    };
  },
  probe({ ops, params, student, teacher }) {
    const columns = (z: Tensor2D) => ops.transpose(ops.softmax(z, params.temperature));
    return { classes: correlations(ops, columns(student.logits), columns(teacher.logits)) };
  },
});
