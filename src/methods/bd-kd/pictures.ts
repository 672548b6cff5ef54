/** What BD-KD shows: who is the sharper one, image by image, and what that does to the weights. */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';
import { binned, firstImages, imagesPanel, type Panel, type Step } from '../kit';
import { type Gate, gateWeights } from './gate';

export const panels = {
  entropies: {
    kind: 'scatter',
    title: 'Entropy of each image, and which divergence counts more for it',
    x: 'Student',
    y: 'Teacher',
    groups: ['Reverse', 'Forward'],
  },
  gaps: {
    kind: 'curves',
    title: 'How many images have which entropy gap, teacher less student',
    x: 'From −ln K to ln K',
    y: 'Share',
    groups: ['Batch'],
  },
  images: imagesPanel('Largest entropy gaps: how much the forward divergence counts'),
  answers: {
    kind: 'heatmap',
    title: 'The same images: answers of the student, then of the teacher',
    x: 'Class',
    y: 'Image',
  },
  weights: { kind: 'lines', title: 'Mean weight: forward, reverse', x: 'Step', y: 'Weight' },
  divergences: { kind: 'lines', title: 'Mean divergence: forward, reverse', x: 'Step', y: 'nats' },
} as const satisfies Readonly<Record<string, Panel>>;

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
