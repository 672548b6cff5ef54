/** What every kernel file shares: its card, its registration and the bookkeeping of scratch tensors. */

import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu, Region } from '../gpu';
import type { Tensor } from '../types';

export const BACKEND = 'condenser';

/** One line of docs/kernels.md. */
export interface KernelCard {
  readonly id: string;
  readonly summary: string;
  /** Shapes it takes; anything else runs on the stock kernel or is refused, as said here. */
  readonly shapes: string;
  readonly variants: readonly string[];
}

export type Inputs = Readonly<Record<string, TensorInfo>>;
export type Outputs = TensorInfo | TensorInfo[];

/**
 * Registers `run` under `name`. Where the package has a kernel of that name it is replaced, and `stock` runs it:
 * for the rare arguments that ours does not take, or on inputs that it takes better.
 */
export function register<A extends object>(
  name: string,
  run: (inputs: Inputs, attrs: A, stock: (inputs?: Inputs, attrs?: A) => Outputs) => Outputs,
): void {
  const old = tf.getKernel(name, BACKEND);
  if (old) tf.unregisterKernel(name, BACKEND);
  tf.registerKernel({
    kernelName: name,
    backendName: BACKEND,
    kernelFunc: (params) =>
      run(params.inputs as Inputs, (params.attrs ?? {}) as unknown as A, (inputs, attrs) => {
        if (!old) throw new Error(`${name} has no stock kernel to fall back on.`);
        const given = { ...params, ...(inputs ? { inputs: { ...inputs } } : {}) };
        return old.kernelFunc(attrs ? { ...given, attrs: { ...attrs } as tf.NamedAttrMap } : given);
      }),
  });
}

/** Runs a kernel on the tape. Inputs that are undefined are left out. */
export function call(name: string, inputs: Record<string, Tensor | undefined>, attrs: object = {}): Tensor[] {
  const given = Object.fromEntries(Object.entries(inputs).filter(([, x]) => x)) as Record<string, Tensor>;
  const out = tf.engine().runKernel(name, given, attrs as tf.NamedAttrMap) as Tensor | Tensor[];
  return Array.isArray(out) ? out : [out];
}

/** The same for a kernel whose gradient saves all of its inputs: TensorFlow.js then wants them as a list. */
export function callList(name: string, inputs: readonly Tensor[], attrs: object = {}): Tensor[] {
  const listed = inputs as unknown as tf.NamedTensorMap;
  const out = tf.engine().runKernel(name, listed, attrs as tf.NamedAttrMap) as Tensor | Tensor[];
  return Array.isArray(out) ? out : [out];
}

/** Registers a gradient. Results shared by several inputs are computed in its body, which the backward pass owns. */
export function gradient<A extends object>(
  name: string,
  saved: {
    readonly inputs?: readonly string[];
    readonly all?: boolean;
    readonly outputs?: readonly boolean[];
  },
  grad: (dy: Tensor, saved: Tensor[], attrs: A) => Record<string, () => Tensor>,
): void {
  tf.registerGradient({
    kernelName: name,
    ...(saved.inputs ? { inputsToSave: [...saved.inputs] } : {}),
    ...(saved.all ? { saveAllInputs: true } : {}),
    ...(saved.outputs ? { outputsToSave: [...saved.outputs] } : {}),
    gradFunc: (dy, tensors, attrs) =>
      grad(Array.isArray(dy) ? (dy[0] as Tensor) : dy, tensors, attrs as unknown as A),
  });
}

/** Frees a scratch tensor; its memory is reused once the work issued so far has read it. */
export function release(gpu: Gpu, ...scratch: readonly TensorInfo[]): void {
  for (const { dataId } of scratch) gpu.backend.disposeData(dataId);
}

/** The same values under another shape, without a copy. */
export function reshaped(gpu: Gpu, { dataId, dtype }: TensorInfo, shape: number[]): TensorInfo {
  gpu.backend.incRef(dataId);
  return { dataId, dtype, shape };
}

/** Where outputs are wanted, by index; elsewhere memory is taken. */
export type Places = readonly (Region | undefined)[];

/** One tensor per shape, for a kernel to write. */
export const outputsAt = (gpu: Gpu, shapes: readonly number[][], into: Places): TensorInfo[] =>
  shapes.map((shape, i) => {
    const place = into[i];
    return place ? gpu.tensorAt(shape, place) : gpu.output(shape);
  });

export const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The same text for 0 .. n-1. */
export const unroll = (n: number, text: (i: number) => string, join = '\n  '): string =>
  Array.from({ length: n }, (_, i) => text(i)).join(join);

/** `vec4f` where channels come in fours, else `f32`, with the number of lanes. */
export const lanesOf = (channels: number): { lanes: 4 | 1; type: 'vec4f' | 'f32' } =>
  channels % 4 === 0 ? { lanes: 4, type: 'vec4f' } : { lanes: 1, type: 'f32' };
