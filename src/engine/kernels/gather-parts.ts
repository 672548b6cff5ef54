/**
 * Many tensors into one flat buffer, several per dispatch: gradients on their way to the optimiser. Partial results of
 * one gradient are added up on the way, in order.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu, Region } from '../gpu';
import { bindings, cover, main } from '../wgsl';
import type { KernelCard } from './kernel';

export const card: KernelCard = {
  id: 'gather-parts',
  summary: 'Copies many tensors to their places in one flat buffer; sums partial results on the way.',
  shapes: 'any number of tensors, any sizes; places at multiples of four floats, with room to the next one',
  variants: ['direct'],
};

export interface Part {
  readonly tensor: TensorInfo;
  /** Number of floats, and where they go, in floats. */
  readonly size: number;
  readonly offset: number;
  /** Partial results to add up, default 1, the first at `start` and each `stride` floats after the one before. */
  readonly splits?: number;
  readonly stride?: number;
  readonly start?: number;
}

/** More bindings than this make the chain of comparisons longer than the dispatches they save. */
const MOST = 15;

const inFours = ({ size, stride = 0, start = 0 }: Part): boolean =>
  size % 4 === 0 && stride % 4 === 0 && start % 4 === 0;

/** Four neighbouring floats of a part as `sum`, from the array `p`; `i` counts the fours. Zeros behind the end. */
function sumText({ size, splits = 1, stride = 0, start = 0 }: Part, p: string, vector: boolean): string {
  const value = vector
    ? `${p}[${start / 4} + s * ${stride / 4} + i]`
    : `vec4f(${[0, 1, 2, 3]
        .map((k) => `select(0.0, ${p}[${start} + s * ${stride} + 4 * i + ${k}], 4 * i + ${k} < ${size})`)
        .join(', ')})`;
  return splits === 1
    ? `let s = 0; let sum = ${value};`
    : `var sum = vec4f(); for (var s = 0; s < ${splits}; s++) { sum += ${value}; }`;
}

/** WGSL of one dispatch; `tensors` are bound in order, then the flat buffer. */
export function gatherText(parts: readonly Part[]): { code: string; tensors: TensorInfo[]; n: number } {
  const tensors = [...new Set(parts.map(({ tensor }) => tensor))];
  const vector = tensors.map((tensor) => parts.every((part) => part.tensor !== tensor || inFours(part)));
  let n = 0;
  const branches = parts.map((part) => {
    const t = tensors.indexOf(part.tensor);
    const from = n;
    n += Math.ceil(part.size / 4);
    const sum = sumText(part, `p${t}`, vector[t] as boolean);
    return `  if (idx < ${n}) { let i = idx - ${from}; ${sum} flat_[i + ${part.offset / 4}] = sum; return; }`;
  });
  const names = tensors.map((_, t) => `p${t}: ${vector[t] ? 'vec4f' : 'f32'}`);
  return { code: `${bindings(...names, 'flat_: vec4f!')}${main(n)}${branches.join('\n')}\n}`, tensors, n };
}

export function gatherParts(gpu: Gpu, target: Region, parts: readonly Part[]): void {
  const most = Math.min(MOST, gpu.device.limits.maxStorageBuffersPerShaderStage - 1);
  for (let first = 0; first < parts.length; first += most) {
    const { code, tensors, n } = gatherText(parts.slice(first, first + most));
    gpu.run('gather-parts', code, [...tensors, target], cover(n));
  }
}

/** The same on the CPU, in float64. */
export function gatherPartsTwin(
  target: Float64Array,
  parts: readonly (Omit<Part, 'tensor'> & { readonly values: ArrayLike<number> })[],
): Float64Array {
  const out = Float64Array.from(target);
  for (const { values, size, offset, splits = 1, stride = 0, start = 0 } of parts)
    for (let i = 0; i < size; i++) {
      out[offset + i] = 0;
      for (let s = 0; s < splits; s++) out[offset + i]! += values[start + s * stride + i] as number;
    }
  return out;
}
