/** What BD-KD shows: who is the sharper one, image by image, and what that does to the weights. */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';
import { binned, firstImages, type Step } from '../kit';
import { type Gate, gateWeights } from './gate';

/** Images in the picture, and bins of the gaps. */
const [SHOWN, BINS] = [8, 24];

interface Options {
  readonly temperature: number;
  readonly gate: Gate;
  readonly delta: number;
  readonly kappa: number;
}

type Shown = Pick<
  Step<Options, unknown, unknown>,
  'ops' | 'params' | 'images' | 'student' | 'teacher' | 'classes' | 'batch'
>;

export function pictures({ ops, params, images, student, teacher, classes, batch }: Shown) {
  const t = params.temperature;
  const [s, q] = [ops.logSoftmax(student.logits, t), ops.logSoftmax(teacher.logits, t)];
  const entropies = { student: ops.entropyRows(s), teacher: ops.entropyRows(q) };
  const weights = gateWeights(ops, params.gate, entropies, { ...params, classes });
  const more = ops.cast(ops.greater(weights.forward, weights.reverse), 'float32');
  const gap = ops.sub(entropies.teacher, entropies.student);
  const widest = ops.topk(ops.abs(gap), Math.min(SHOWN, batch)).indices as Tensor1D;
  const place = ops.mul(ops.add(ops.div(gap, Math.log(classes)), 1), 0.5);
  const of = <T extends Tensor>(x: T): T => ops.gather(x, widest) as T;
  return {
    ...firstImages(ops, of(images) as Tensor4D, of(weights.forward)),
    entropies: ops.stack([entropies.student, entropies.teacher, more], 1),
    gaps: ops.expandDims(ops.concat([ops.zeros([1]), binned(ops, place, BINS)]), 0),
    answers: ops.concat(
      [s, q].map((z) => ops.exp(of(z as Tensor2D))),
      1,
    ),
    weights: ops.stack([ops.mean(weights.forward), ops.mean(weights.reverse)]),
    divergences: ops.stack([ops.mean(ops.klRows(q, s)), ops.mean(ops.klRows(s, q))]),
  };
}
