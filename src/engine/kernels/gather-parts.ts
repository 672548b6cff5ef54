/** Many small tensors into one flat buffer, several per dispatch: gradients on their way to the optimiser. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu, Region } from '../gpu';
import { bindings, cover, main } from '../wgsl';
import type { KernelCard } from './kernel';

export const card: KernelCard = {
  id: 'gather-parts',
  summary: 'Copies many tensors to their places in one flat buffer.',
  shapes: 'any number of tensors, any sizes',
  variants: ['direct'],
};

export interface Part {
  readonly tensor: TensorInfo;
  /** Number of floats, and where they go, in floats. */
  readonly size: number;
  readonly offset: number;
}

/** More bindings than this make the chain of comparisons longer than the dispatches they save. */
const MOST = 15;

function program(parts: readonly Part[]): string {
  let start = 0;
  const branches = parts.map(({ size, offset }, i) => {
    const end = start + size;
    const line = `if (idx < ${end}) { flat_[idx + ${offset - start}] = p${i}[idx - ${start}]; return; }`;
    start = end;
    return `  ${line}`;
  });
  const names = parts.map((_, i) => `p${i}: f32`);
  return `${bindings(...names, 'flat_: f32!')}${main(start)}${branches.join('\n')}\n}`;
}

export function gatherParts(gpu: Gpu, target: Region, parts: readonly Part[]): void {
  const most = Math.min(MOST, gpu.device.limits.maxStorageBuffersPerShaderStage - 1);
  for (let first = 0; first < parts.length; first += most) {
    const some = parts.slice(first, first + most);
    const n = some.reduce((sum, { size }) => sum + size, 0);
    gpu.run('gather-parts', program(some), [...some.map(({ tensor }) => tensor), target], cover(n));
  }
}

/** The same on the CPU. */
export function gatherPartsTwin(
  target: Float64Array,
  parts: readonly { readonly values: ArrayLike<number>; readonly offset: number }[],
): Float64Array {
  const out = Float64Array.from(target);
  for (const { values, offset } of parts) out.set(Array.from(values), offset);
  return out;
}
