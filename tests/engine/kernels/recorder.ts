import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../../../src/engine/gpu';

/** Stands in for a device: keeps the programs it is asked to run. */
export function recorder() {
  const programs: { label: string; code: string; bindings: number; groups: readonly number[] }[] = [];
  const fake = {
    device: { createBuffer: () => ({ getMappedRange: () => new ArrayBuffer(64), unmap: () => undefined }) },
    backend: { disposeData: () => true },
    output: (shape: readonly number[]) => tensor(shape),
    run: (label: string, code: string, bound: readonly unknown[], groups: readonly number[]) =>
      void programs.push({ label, code, bindings: bound.length, groups }),
  };
  return { programs, gpu: fake as unknown as Gpu };
}

export const tensor = (shape: readonly number[]): TensorInfo => ({
  dataId: {},
  shape: [...shape],
  dtype: 'float32',
});
