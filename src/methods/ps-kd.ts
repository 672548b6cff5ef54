import type { Ops, Scalar, Tensor2D } from '../engine/types';
import { defineMethod, number } from './kit';

/** The stored prediction; a row of the table is all zero before its first visit and stands for the label. */
const pastOf = (ops: Ops, stored: Tensor2D, targets: Tensor2D): Tensor2D =>
  ops.add(stored, ops.mul(ops.sub(1, ops.sum(stored, -1, true)), targets));

/** Kim et al. 2021, equations 2 to 4: targets are softened by the student's own previous predictions. */
export default defineMethod({
  id: 'ps-kd',
  name: 'PS-KD',
  family: 'self',
  paper: {
    title: 'Self-Knowledge Distillation with Progressive Refinement of Targets',
    authors: 'Kyungyul Kim, ByeongMoon Ji, Doyoung Yoon, Sangheum Hwang',
    venue: 'ICCV',
    year: 2021,
    url: 'https://arxiv.org/abs/2006.12000',
  },
  summary: 'No teacher: what the student said about an image one epoch ago becomes part of its label.',
  formula: String.raw`L = -\tfrac1B\sum_i \big[(1-a_e)\,y_i + a_e\,p^{e-1}_i\big]^{\top}\log p_i,\quad a_e = a_E\,\tfrac{e+1}{E}`,
  fidelity: 'as published',
  deviations:
    'As in the released code, the stored prediction is the one made in training mode while the previous epoch ran. An image that has not been seen yet, as all in the first epoch, uses its label.',
  params: {
    strength: number('Weight of the past at the end', 0.8, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'paper',
      help: 'The weight grows by an equal amount every epoch and reaches this value in the last one.',
    }),
  },
  terms: { labels: 'Labels', past: 'Own past' },
  roles: { teacher: 'none' },
  panels: {
    weight: { kind: 'lines', title: 'Weight of the own past', x: 'Step', y: 'Weight' },
    target: { kind: 'heatmap', title: 'Softened labels of the first images', x: 'Class', y: 'Image' },
  },
  prepare: (pass) => pass.table(pass.samples, pass.classes),
  losses({ ops, params, memory, student, targets, index, epoch, epochs, supervised }) {
    const weight = ops.mul(ops.add(epoch, 1), params.strength / epochs);
    const past = pastOf(ops, memory.read(index), targets);
    memory.write(index, ops.stopGradient(ops.softmax(student.logits)) as Tensor2D);
    return {
      labels: ops.mul(ops.sub(1, weight), supervised),
      past: ops.mul(weight, ops.crossEntropy(student.logits, past)),
    };
  },
  probe({ ops, params, memory, targets, index, epoch, epochs }) {
    const weight: Scalar = ops.mul(ops.add(epoch, 1), params.strength / epochs);
    const past = pastOf(ops, memory.read(index), targets);
    const mixed = ops.add(targets, ops.mul(weight, ops.sub(past, targets)));
    return { weight, target: ops.slice(mixed, [0, 0], [Math.min(16, targets.shape[0]), -1]) };
  },
});
