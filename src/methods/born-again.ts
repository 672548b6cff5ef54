import type { Ops, Scalar, Tensor, Tensor1D, Tensor2D } from '../engine/types';
import { choice, defineMethod, number, trueClassPairs, trueClassPanel } from './kit';

/** Cross-entropy with each image weighted by how sure the teacher is of it; the weights of a batch add up to 1. */
function weightedByConfidence(ops: Ops, student: Tensor2D, teacher: Tensor2D, targets: Tensor2D): Scalar {
  const weights = confidenceWeights(ops, teacher);
  return ops.sum(ops.mul(weights, ops.crossEntropyRows(student, targets))) as Scalar;
}

/** Top probability of each row over its sum in the batch, `[b]`. */
export function confidenceWeights(ops: Ops, teacher: Tensor2D): Tensor {
  const top = ops.max(ops.softmax(teacher), -1);
  return ops.div(top, ops.sum(top));
}

/**
 * The teacher's probabilities with all but the largest one of each row exchanged: place i of the others gets
 * what was at `permutation[i]`. `permutation` is int32 `[classes - 1]`.
 */
export function permuteOthers(ops: Ops, teacher: Tensor2D, permutation: Tensor1D): Tensor2D {
  const [rows, classes] = teacher.shape;
  const p = ops.softmax(teacher);
  const top = ops.cast(ops.expandDims(ops.argMax(p), 1), 'float32');
  const k = ops.tile(ops.expandDims(ops.cast(ops.range(0, classes), 'float32'), 0), [rows, 1]);
  const isAfter = (a: Tensor, b: Tensor) => ops.cast(ops.greater(a, b), 'float32');
  const place = ops.clip(ops.sub(k, isAfter(k, top)), 0, classes - 2);
  const chosen = ops.gather(permutation, ops.cast(ops.reshape(place, [-1]), 'int32') as Tensor1D);
  const moved = ops.cast(ops.reshape(chosen, [rows, classes]), 'float32');
  const other = ops.add(moved, ops.cast(ops.greaterEqual(moved, top), 'float32'));
  const source = ops.where(ops.equal(k, top), top, other);
  const offsets = ops.expandDims(ops.mul(ops.range(0, rows), classes), 1);
  const flat = ops.cast(ops.reshape(ops.add(source, offsets), [-1]), 'int32') as Tensor1D;
  return ops.reshape(ops.gather(ops.reshape(p, [-1]), flat), [rows, classes]) as Tensor2D;
}

/** Furlanello et al. 2018, equations 3, 8 and 11. */
export default defineMethod({
  id: 'born-again',
  name: 'Born-again networks',
  family: 'self',
  paper: {
    title: 'Born Again Neural Networks',
    authors: 'Tommaso Furlanello, Zachary C. Lipton, Michael Tschannen, Laurent Itti, Anima Anandkumar',
    venue: 'ICML',
    year: 2018,
    url: 'https://arxiv.org/abs/1805.04770',
  },
  summary:
    'A network is trained again from a new start, taught by its former self. Give teacher and student one model.',
  formula: String.raw`L = w_{ce}\,\mathrm{CE}(z,y) + w\,\overline{\mathrm{KL}(p_{g-1}\Vert p_g)}\quad\text{or}\quad w\sum_i\frac{\max p_{g-1}^i}{\sum_j \max p_{g-1}^j}\mathrm{CE}_i\quad\text{or}\quad w\,\mathrm{CE}(z,\,\pi(p_{g-1}))`,
  fidelity: 'adapted',
  deviations:
    'The frozen teacher is the previous generation, so a run is one generation; save the student as a teacher for the next. One permutation is drawn per batch and shared by its images. No official code was compared. Labels count beside every form; set their weight to 0 for the teacher’s part alone.',
  params: {
    form: choice(
      'Lesson of the former self',
      'probabilities',
      {
        probabilities: 'Its probabilities',
        confidence: 'Only how sure it is of each image (CWTM)',
        permuted: 'Its probabilities, wrong classes shuffled (DKPP)',
      },
      {
        source: 'paper',
        help: 'The last two are the controls of the paper: do the wrong classes carry the lesson?',
      },
    ),
    ceWeight: number('Weight of the labels', 1, {
      min: 0,
      max: 2,
      step: 0.1,
      source: 'paper',
      help: 'How much the true labels count.',
    }),
    weight: number('Weight of the former self', 1, {
      min: 0,
      max: 4,
      step: 0.1,
      source: 'paper',
      help: 'How much the previous generation counts.',
    }),
    temperature: number('Temperature', 1, {
      min: 1,
      max: 10,
      step: 0.5,
      source: 'paper',
      advanced: true,
      help: 'Softens its probabilities; the two controls always use 1.',
    }),
  },
  terms: { ce: 'Labels', former: 'Former self' },
  panels: {
    certainty: trueClassPanel('Former self'),
    weights: { kind: 'bars', title: 'Confidence of the former self, share by image', x: 'Image', y: 'Share' },
  },
  losses({ ops, params, student, teacher, targets, classes, random, supervised }) {
    const lesson = (): Scalar => {
      if (params.form === 'probabilities')
        return ops.distillation(student.logits, teacher.logits, params.temperature);
      if (params.form === 'confidence')
        return weightedByConfidence(ops, student.logits, teacher.logits, targets);
      const order = random.permutation('others', classes - 1);
      return ops.crossEntropy(student.logits, permuteOthers(ops, teacher.logits, order));
    };
    return { ce: ops.mul(supervised, params.ceWeight), former: ops.mul(lesson(), params.weight) };
  },
  probe: ({ ops, student, teacher, targets }) => ({
    certainty: trueClassPairs(ops, teacher.logits, student.logits, targets),
    weights: confidenceWeights(ops, teacher.logits),
  }),
});
