/**
 * Weight gradients that a kernel made in several partial results. Nobody but the optimiser waits for their sums, so
 * they are left until it asks: then one dispatch adds them up for all weights. Whoever binds or reads such a gradient
 * before gets its sum first.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from './gpu';
import { gatherParts, type Part } from './kernels/gather-parts';
import { type Place, type Region, View } from './places';
import type { DataId } from './private';

interface Late extends Part {
  /** Of the gradient. */
  readonly id: DataId;
  readonly gpu: Gpu;
  readonly place: Place;
}

const waiting = new Map<DataId, Late>();

/** Sums of more parts are worth a dispatch of their own, in which invocations share the work. */
const MOST_SPLITS = 64;

/**
 * Leaves the sums of `part`, `[splits, count]`, for later; it is released then. `outputs` share out `count` in order
 * and stand at `into`.
 * @returns false, and does nothing, where they cannot wait.
 */
export function sumLater(
  gpu: Gpu,
  part: TensorInfo,
  { splits, count }: { readonly splits: number; readonly count: number },
  outputs: readonly TensorInfo[],
  into: readonly (Region | undefined)[],
): boolean {
  const views = into.filter((region) => region instanceof View);
  if (splits > MOST_SPLITS || views.length < outputs.length) return false;
  let start = 0;
  for (const [i, { dataId, shape }] of outputs.entries()) {
    const { place, start: at } = views[i] as View;
    const size = shape.reduce((a, b) => a * b, 1);
    waiting.set(dataId, {
      id: dataId,
      gpu,
      place,
      tensor: part,
      size,
      offset: at / 4,
      splits,
      stride: count,
      start,
    });
    start += size;
  }
  return true;
}

function take(which: (late: Late) => boolean): Late[] {
  const taken = [...waiting].filter(([, late]) => which(late));
  for (const [id] of taken) waiting.delete(id);
  return taken.map(([, late]) => late);
}

/** Frees the partial results of sums that are done, or that nobody wants any more. */
export function releaseParts(lates: readonly Late[]): void {
  const parts = new Map(lates.map(({ tensor, gpu }) => [tensor.dataId, gpu]));
  for (const [id, gpu] of parts) gpu.backend.disposeData(id);
}

/** The sums that wait for a place of gradients. They are the caller's now, with their partial results. */
export const lateSums = (place: Place): Late[] => take((late) => late.place === place);

/** Where tensors with a fixed place stand; what is looked up is there. */
export class Regions extends WeakMap<DataId, Region> {
  override get(id: DataId): Region | undefined {
    const late = waiting.get(id);
    if (late) {
      const now = take(({ tensor }) => tensor === late.tensor);
      gatherParts(late.gpu, late.place.view(), now);
      releaseParts(now);
    }
    return super.get(id);
  }
}
