/** Order of training rows as a pure function of (seed, epoch), so that a resumed run sees the same batches. */
import { hash, Rng } from '../core/rng';

/** Whole batches in one epoch; a last partial batch is dropped. A set smaller than a batch gives one step. */
export const stepsPerEpoch = (rows: number, batchSize: number): number =>
  Math.max(1, Math.floor(rows / batchSize));

/** A permutation of 0 .. rows-1 for one epoch (counted from 0). */
export const epochOrder = (rows: number, seed: number, epoch: number): Int32Array =>
  new Rng(hash(seed, epoch), 'batches').permutation(rows);

/**
 * The batches of a run: a function from the step (from 0, over all epochs) to the `batchSize` row indices. When
 * there are fewer rows than a batch holds, the epoch's order is repeated until the batch is full.
 * Throws RangeError when there is no row or no room in a batch.
 */
export function batchesOf(rows: number, batchSize: number, seed: number): (step: number) => Int32Array {
  if (rows < 1 || batchSize < 1)
    throw new RangeError(`cannot make batches of ${batchSize} from ${rows} rows`);
  const steps = stepsPerEpoch(rows, batchSize);
  let held: { epoch: number; order: Int32Array } = { epoch: -1, order: new Int32Array(0) };
  return (step) => {
    const epoch = Math.floor(step / steps);
    if (held.epoch !== epoch) held = { epoch, order: epochOrder(rows, seed, epoch) };
    const from = (step % steps) * batchSize;
    if (rows >= batchSize) return held.order.slice(from, from + batchSize);
    return Int32Array.from({ length: batchSize }, (_, i) => held.order[i % rows]!);
  };
}
