/**
 * Where the gradient of a trained weight is wanted. A kernel that makes such a gradient may claim the place and write
 * there at once, which saves the optimiser a copy. One claim per update: where a weight has several gradients that are
 * added up, or is differentiated more than once, all but the first go the usual way.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Region } from './gpu';

type DataId = TensorInfo['dataId'];
interface Place {
  readonly region: Region;
  taken: boolean;
}

const places = new WeakMap<DataId, Place>();

/** Opens the place of `weight`, or opens it again after an update. */
export function offerPlace({ dataId }: TensorInfo, region: Region): void {
  places.set(dataId, { region, taken: false });
}

/** Closes it: the buffer behind it is about to go. */
export function withdrawPlace({ dataId }: TensorInfo, buffer: GPUBuffer): void {
  if (places.get(dataId)?.region.buffer === buffer) places.delete(dataId);
}

/** The place of a weight's gradient; undefined where there is none or it was claimed since the last update. */
export function claimPlace(weight: DataId | undefined): Region | undefined {
  const place = weight && places.get(weight);
  if (!place || place.taken) return undefined;
  place.taken = true;
  return place.region;
}
