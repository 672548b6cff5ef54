import type { Ops, Scalar, Tensor } from '../engine/types';
import { choice, defineMethod, integer, labelWeight, number, table } from './kit';
import { answersOf, checkSource, SIDES, type Source, widthOf } from './multi-aspect-kd/answers';
import { panels } from './multi-aspect-kd/panels';
import { pictures } from './multi-aspect-kd/pictures';

/** Mean binary cross-entropy of logits with answers in 0..1, over the cells that have one (those below 0 have none). */
export function aspectLoss(ops: Ops, logits: Tensor, answers: Tensor): Scalar {
  const known = ops.cast(ops.greaterEqual(answers, 0), 'float32');
  const cells = ops.mul(known, ops.sub(ops.softplus(logits), ops.mul(logits, answers)));
  return ops.div(ops.sum(cells), ops.maximum(ops.sum(known), 1));
}

/** The loss less what no answer can avoid: the mean entropy of answers that are not plain yes or no. */
function aboveFloor(ops: Ops, logits: Tensor, answers: Tensor): Tensor {
  const sure = ops.clip(answers, 1e-6, 1 - 1e-6);
  const best = ops.log(ops.div(sure, ops.sub(1, sure)));
  return ops.reshape(ops.sub(aspectLoss(ops, logits, answers), aspectLoss(ops, best, answers)), [1]);
}

/** Answers with `soft` of doubt mixed in; cells without an answer stay below 0. */
const softened = (ops: Ops, answers: Tensor, soft: number): Tensor =>
  ops.where(ops.less(answers, 0), answers, ops.add(ops.mul(answers, 1 - 2 * soft), soft));

/** Lee et al. 2025, equation 3: extra outputs answer yes/no questions about the image. */
export default defineMethod({
  id: 'multi-aspect-kd',
  name: 'Multi-aspect KD',
  family: 'logits',
  paper: {
    title: 'Multi-aspect Knowledge Distillation with Large Language Model',
    authors: 'Taegyeong Lee, Jinsik Bang, Soyeong Kwon, Taehwan Kim',
    venue: 'CVPR Workshops',
    year: 2025,
    url: 'https://arxiv.org/abs/2501.13341',
  },
  summary: 'Next to its class, the student answers yes/no questions about each image: what is it made of?',
  formula: String.raw`L = w\,\mathrm{CE}(z_{cls},y) + \alpha\,\frac{1}{BQ}\sum_{i,q}\big[\zeta(u_{iq}) - u_{iq}\,a_{iq}\big],\quad \zeta=\mathrm{softplus}`,
  fidelity: 'adapted',
  deviations:
    'The vision-language model is left out: its answers are yours, per class or in a file with a row for each image, or what a built-in data set knows about its images (shape, colour, place). With neither, each class gets a random code word, which carries no meaning. Classes are read from the class outputs alone; the released evaluation lets an aspect win. Random, mixed-up and class-level answers are controls.',
  params: {
    alpha: number('Weight of the questions', 2, {
      min: 0,
      max: 10,
      step: 0.5,
      source: 'ours',
      help: 'Released: 4.',
    }),
    ceWeight: labelWeight(1, 'code'),
    aspects: integer('Questions', 12, {
      min: 1,
      max: 100,
      source: 'ours',
      help: 'The most balanced ones are asked; of a table of your own, all. Released: 50.',
    }),
    source: choice<Source>(
      'Answers',
      'image',
      {
        image: 'About each image',
        class: 'Mean of its class',
        shuffled: 'Of another image (control)',
        random: 'Random, by class (control)',
        file: 'Imported with each image',
      },
      { source: 'ours', help: 'Do the meanings help, or would any code do? The controls tell.' },
    ),
    answers: table('Own answers', SIDES, {
      source: 'ours',
      help: 'Questions with an answer from 0 to 1 for every class. They replace what the data set knows.',
    }),
    soft: number('Doubt in the answers', 0.05, {
      min: 0,
      max: 0.4,
      step: 0.01,
      source: 'ours',
      advanced: true,
      help: '0: hard yes or no.',
    }),
  },
  terms: { ce: 'Labels', aspects: 'Questions' },
  roles: { teacher: 'none' },
  panels,
  extras(build, { params, student, samples, numbers }) {
    if (samples > 0) checkSource(params.source, numbers);
    const head = build.dense('aspects', [student.embedding], widthOf(params, numbers));
    return { head: head as (x: Tensor) => Tensor };
  },
  prepare: (pass, params) =>
    pass.table(pass.samples, widthOf(params, pass.numbers?.width), answersOf(pass, params)),
  losses({ ops, params, extras, memory, student, index, supervised }) {
    const answers = softened(ops, memory.read(index), params.soft);
    const loss = aspectLoss(ops, extras.head(student.embedding), answers);
    return { ce: ops.mul(supervised, params.ceWeight), aspects: ops.mul(loss, params.alpha) };
  },
  probe(step) {
    const { ops, params, extras, memory, student, index } = step;
    const stored = memory.read(index);
    const logits = extras.head(student.embedding);
    return {
      ...pictures(step, stored, logits),
      floor: aboveFloor(ops, logits, softened(ops, stored, params.soft)),
    };
  },
});
