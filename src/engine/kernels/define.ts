/** Numbers handed to shaders without compiling them anew, and tensors seen as rows. */
import type { Gpu, Region } from '../gpu';
import type { Tensor } from '../types';
import { call, product } from './kernel';

/** The first output of a kernel. */
export const callOne = (name: string, inputs: Record<string, Tensor>, attrs: object = {}): Tensor =>
  call(name, inputs, attrs)[0] as Tensor;

const constantBuffers = new WeakMap<GPUDevice, Map<string, Region>>();

/**
 * A read-only buffer with these numbers, made once for each list. Numbers that follow a slider come to a shader
 * this way, so that moving it compiles nothing, and a recording may refer to them.
 */
export function constants(gpu: Gpu, values: readonly number[]): Region {
  let known = constantBuffers.get(gpu.device);
  if (!known) {
    known = new Map();
    constantBuffers.set(gpu.device, known);
  }
  const key = values.join();
  let region = known.get(key);
  if (!region) {
    const size = Math.max(16, Math.ceil(values.length / 4) * 16);
    const usage = GPUBufferUsage.STORAGE;
    const buffer = gpu.device.createBuffer({ label: 'constants', size, usage, mappedAtCreation: true });
    new Float32Array(buffer.getMappedRange()).set(values);
    buffer.unmap();
    region = { buffer, offset: 0, size };
    known.set(key, region);
  }
  return region;
}

/** A tensor seen as rows of its last axis. */
export function rowsOf(shape: readonly number[]): { rows: number; width: number } {
  const width = shape.at(-1) ?? 1;
  return { rows: width ? product(shape) / width : 0, width };
}
