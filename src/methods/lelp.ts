import type { Tensor, Tensor2D } from '../engine/types';
import { boolean, choice, defineMethod, integer, number, temperature } from './kit';
import { projection } from './lelp/fit';
import { fitAll } from './lelp/splits';
import { classLogits, lelpTargets, project } from './lelp/targets';

/** More rows than this add nothing to a mean and a few directions. */
const ROWS = 5000;

/** Loo et al. 2024: classes are split along directions of the teacher's embeddings, and all parts are classes. */
export default defineMethod({
  id: 'lelp',
  name: 'LELP',
  family: 'features',
  paper: {
    title: 'Linear Projections of Teacher Embeddings for Few-Class Distillation',
    authors: 'Noel Loo, Fotis Iliopoulos, Wei Hu, Erik Vee',
    venue: 'arXiv',
    year: 2024,
    url: 'https://arxiv.org/abs/2409.20449',
  },
  summary:
    'Splits each class into made-up subclasses along the teacher’s embeddings, and teaches the student all of them.',
  formula: String.raw`L = \alpha\,\mathrm{CE} - (1-\alpha)\,T^2\,\overline{\sum_{c,s} p_{cs}\log q_{cs}},\quad p_{cs} = p_c(z_t/T)\;\mathrm{softmax}_s\Big(\tfrac{(f_tP-\mu_c)U_c}{\beta\,\sigma_c}\Big)`,
  fidelity: 're-derived',
  deviations:
    'Re-derived from reviews and summaries: no code is public and the equations could not be read. Ours: class probability times a softmax over projections, the scale sigma, all defaults. What the head reads is found by least squares from the teacher’s logits; it is kept where too little would remain. At most 5000 images are fitted. Made for 2 to 5 classes; random directions are the control.',
  params: {
    subclasses: integer('Subclasses per class', 5, {
      min: 1,
      max: 16,
      source: 'ours',
      help: 'How many parts each class is split into.',
    }),
    beta: number('Sharpness of the split', 0.5, {
      min: 0.1,
      max: 2,
      step: 0.05,
      source: 'ours',
      help: 'Temperature of the subclasses: small makes them hard.',
    }),
    temperature: temperature(2, 'ours'),
    alpha: number('Weight of the labels', 0, {
      min: 0,
      max: 0.5,
      step: 0.05,
      source: 'paper',
      help: 'How much the true labels count.',
    }),
    nullSpace: boolean('Leave out what the head reads', true, {
      source: 'paper',
      advanced: true,
      help: 'Splits by what logits do not show.',
    }),
    rotate: boolean('Rotate the directions', true, {
      source: 'paper',
      advanced: true,
      help: 'Gives all directions equal variance.',
    }),
    directions: choice(
      'Directions',
      'principal',
      { principal: 'Principal', random: 'Random (control)' },
      { source: 'paper', advanced: true, help: 'Random ones test if axes matter.' },
    ),
  },
  terms: { ce: 'Labels', split: 'Subclasses' },
  panels: {
    split: { kind: 'scatter', title: 'First two projections on the own class', x: 'First', y: 'Second' },
    information: { kind: 'lines', title: 'Entropy of targets: subclasses, classes', x: 'Step', y: 'nats' },
  },
  extras(build, { params, classes, student, teacher }) {
    const parts = Math.min(params.subclasses, teacher?.embedding ?? params.subclasses);
    return { head: build.dense('subclasses', [student.embedding], classes * parts) as (x: Tensor) => Tensor };
  },
  async prepare(pass, params) {
    const { logits, embedding, width } = await pass.teacherOutputs();
    const count = Math.min(ROWS, pass.samples);
    const rows = (flat: Float32Array, columns: number) =>
      Array.from({ length: count }, (_, i) =>
        Float64Array.from(flat.subarray(i * columns, (i + 1) * columns)),
      );
    const subclasses = Math.min(params.subclasses, width);
    const splits = fitAll(rows(embedding, width), rows(logits, pass.classes), pass, {
      ...params,
      subclasses,
    });
    return pass.table(width + 1, pass.classes * subclasses, projection(splits, width));
  },
  losses({ ops, params, extras, memory, student, teacher, targets, classes }) {
    const { temperature: t, alpha } = params;
    const z = extras.head(student.embedding);
    const wanted = lelpTargets(ops, project(ops, memory, teacher.embedding), teacher.logits, t, params.beta);
    return {
      ce: ops.mul(ops.crossEntropy(classLogits(ops, z, classes), targets), alpha),
      split: ops.mul(ops.crossEntropy(ops.div(z, t) as Tensor2D, wanted), (1 - alpha) * t * t),
    };
  },
  predict: ({ ops, extras, student }) =>
    classLogits(ops, extras.head(student.embedding), student.logits.shape[1]),
  probe({ ops, params, memory, teacher, targets, classes, batch }) {
    const projected = project(ops, memory, teacher.embedding);
    const each = ops.reshape(projected, [batch, classes, -1]);
    const own = ops.sum(ops.mul(each, ops.expandDims(targets, 2)), 1);
    const two = ops.slice(ops.concat([own, ops.zerosLike(own)], 1), [0, 0], [-1, 2]);
    const parts = lelpTargets(ops, projected, teacher.logits, params.temperature, params.beta);
    const entropy = (p: Tensor) => ops.neg(ops.mean(ops.sum(ops.mul(p, ops.log(ops.maximum(p, 1e-12))), -1)));
    const whole = ops.softmax(teacher.logits, params.temperature);
    return { split: two, information: ops.stack([entropy(parts), entropy(whole)]) };
  },
});
