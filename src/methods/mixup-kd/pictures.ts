/** What mixup KD shows: blends, what both say of them, and how smooth that is. */
import type { NetOutput, Tensor, Tensor2D } from '../../engine/types';
import { binned, firstImages, type Step } from '../kit';
import { rescale } from './blend';

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
