import type { Tensor, Tensor1D } from '../../engine/types';
import { firstImages, type Probed } from '../kit';
import type { Memory, Params } from './epoch';
import { aligned, chosenOf, mixed } from './run';
import type { Extras } from './shared';

/** Bars of the histogram. */
const BINS = 10;

export function pictures(step: Probed<Params, Extras, Memory>) {
  const { ops, memory, images, classes } = step;
  const rows = memory.classes.read(ops.range(0, 3, 1, 'int32'));
  const row = (at: number): Tensor => ops.reshape(ops.slice(rows, [at, 0], [1, classes]), [classes]);
  const [kept, confidence] = chosenOf(step);
  const other = mixed(step);
  const shown = firstImages(ops, images, ops.mul(kept, confidence));
  const recoloured = firstImages(ops, other.images, other.share);
  const { weights } = aligned(step);
  const bin = ops.minimum(ops.floor(ops.mul(ops.sub(weights, 0.5), 2 * BINS)), BINS - 1);
  return {
    course: ops.reshape(memory.course.read(ops.range(0, 1, 1, 'int32')), [2]),
    answers: row(0),
    thresholds: row(1),
    kept: row(2),
    weights: ops.mean(ops.oneHot(ops.cast(bin, 'int32') as Tensor1D, BINS), 0),
    ...shown,
    mixed: recoloured.images,
    own: recoloured.numbers,
  };
}
