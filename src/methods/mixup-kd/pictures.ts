/** What mixup KD shows: blends, what both say of them, and how smooth that is. */
import type { NetOutput, Tensor, Tensor2D } from '../../engine/types';
import { binned, firstImages, imagesPanel, type Panel, type Step } from '../kit';
import { rescale } from './blend';

export const panels = {
  targets: { kind: 'heatmap', title: 'Labels of the first blends', x: 'Class', y: 'Image' },
  teacher: { kind: 'heatmap', title: 'Teacher on the same blends', x: 'Class', y: 'Image' },
  images: imagesPanel('First blends, with the share of the larger class'),
  spread: {
    kind: 'lines',
    title: 'Spread of the logits: student, teacher',
    x: 'Step',
    y: 'Mean deviation',
  },
  doubt: {
    kind: 'lines',
    title: 'Mean entropy of the teacher: images as they are; blends',
    x: 'Step',
    y: 'nats',
  },
  smoothness: {
    kind: 'curves',
    title: 'How many images are answered with which entropy',
    x: 'From 0 to ln K',
    y: 'Share',
    groups: ['Student', 'Teacher'],
  },
} as const satisfies Readonly<Record<string, Panel>>;

const BINS = 24;

interface Options {
  readonly rescale: boolean;
  readonly temperature: number;
}

type Shown = Pick<
  Step<Options, unknown, unknown>,
  'ops' | 'params' | 'images' | 'student' | 'targets' | 'classes'
>;

export function pictures(step: Shown, taught: NetOutput) {
  const { ops, params, images, student, targets, classes } = step;
  const first = (x: Tensor) => ops.slice(x, [0, 0], [Math.min(16, targets.shape[0]), -1]);
  const { z, t } = rescale(ops, taught.logits, params);
  const own = rescale(ops, student.logits, params);
  const entropies = (logits: Tensor2D, at: number) => ops.entropyRows(ops.logSoftmax(logits, at));
  const [doubt, ownDoubt] = [entropies(z, t), entropies(own.z, own.t)];
  const blended = ops.cast(ops.less(ops.max(targets, 1), 1), 'float32');
  const mean = (mask: Tensor) => ops.div(ops.sum(ops.mul(doubt, mask)), ops.maximum(ops.sum(mask), 1));
  // In front of the shares the number of the group.
  const counts = (entropy: Tensor, group: number) =>
    ops.concat([ops.tensor1d([group]), binned(ops, ops.div(entropy, Math.log(classes)), BINS)]);
  const spread = (x: Tensor2D) => ops.mean(ops.unbiasedStd(x));
  return {
    ...firstImages(ops, images, ops.max(targets, 1)),
    ...{ targets: first(targets), teacher: first(ops.softmax(z, t)) },
    spread: ops.stack([spread(student.logits), spread(taught.logits)]),
    doubt: ops.stack([mean(ops.sub(1, blended)), mean(blended)]),
    smoothness: ops.stack([counts(ownDoubt, 0), counts(doubt, 1)]),
  };
}
