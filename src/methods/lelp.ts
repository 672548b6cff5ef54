import type { Tensor, Tensor2D } from '../engine/types';
import { boolean, choice, defineMethod, integer, number, temperature } from './kit';
import { remember, splitLogits } from './lelp/memory';
import { panels } from './lelp/panels';
import { pictures } from './lelp/pictures';
import { classLogits, lelpTargets } from './lelp/targets';

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
    'Re-derived from reviews and summaries: no code is public and the equations could not be read. Ours: class probability times a softmax over projections, the scale sigma, all defaults. What the head reads is found by least squares from the teacher’s logits; it is kept where too little would remain. At most 5000 images are fitted. Made for 2 to 5 classes: the data form groups more of them. A class of few images lowers the number of parts of all. Random directions and clusters are controls, the classes before grouping the upper bound (those beyond the number of subclasses share the last one; ungrouped classes get one part each). The student’s own head is as many times larger as there are parts.',
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
      {
        principal: 'Principal',
        random: 'Random (control)',
        clusters: 'None: clusters by k-means (control)',
        finer: 'None: the classes before grouping (upper bound)',
      },
      {
        source: 'paper',
        advanced: true,
        help: 'The controls test if axes matter; the last one needs grouped classes.',
      },
    ),
  },
  terms: { ce: 'Labels', split: 'Subclasses' },
  roles: { trained: true },
  panels,
  extras(build, { params, classes, student, teacher }) {
    const parts = Math.min(params.subclasses, teacher?.embedding ?? params.subclasses);
    return { head: build.dense('subclasses', [student.embedding], classes * parts) as (x: Tensor) => Tensor };
  },
  blank(pass, { params, teacher }) {
    const width = teacher?.embedding ?? params.subclasses;
    const rows = params.directions === 'finer' ? pass.samples : width + 1;
    const [finer, match] = [pass.table(pass.samples, 1), pass.table(pass.classes, 1)];
    return { finer, match, splits: pass.table(rows, pass.classes * Math.min(params.subclasses, width)) };
  },
  prepare: remember,
  losses({ ops, params, extras, memory, student, teacher, targets, classes, index }) {
    const { temperature: t, alpha } = params;
    const z = extras.head(student.embedding);
    const parts = splitLogits(ops, memory, params.directions, teacher.embedding, index);
    const wanted = lelpTargets(ops, parts, teacher.logits, t, params.beta);
    return {
      ce: ops.mul(ops.crossEntropy(classLogits(ops, z, classes), targets), alpha),
      split: ops.mul(ops.crossEntropy(ops.div(z, t) as Tensor2D, wanted), (1 - alpha) * t * t),
    };
  },
  predict: ({ ops, extras, student }) =>
    classLogits(ops, extras.head(student.embedding), student.logits.shape[1]),
  probe: (step) => pictures(step),
});
