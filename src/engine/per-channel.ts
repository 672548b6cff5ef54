/**
 * Arithmetic between a tensor and a vector, one number for each channel. The stock program copies the vector into
 * workgroup memory and waits at a barrier, which on a software adapter takes longer than all the arithmetic: 0.1 ms
 * for each 256 values. Seen with as many axes as the tensor, the same numbers go through the stock program that has
 * neither, and four at a time where channels come in fours.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Inputs, register } from './kernels/kernel';

const KERNELS = [
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference', 'Pow', 'Prelu'],
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd'],
] as const;

/** A vector beside a tensor of `rank` axes as one of as many; anything else as it is. */
export function spread(x: TensorInfo, rank: number): TensorInfo {
  const [channels] = x.shape;
  if (x.shape.length !== 1 || channels === undefined || rank < 2) return x;
  return { ...x, shape: [...Array<number>(rank - 1).fill(1), channels] };
}

/** The operands of a kernel of two, with as many axes. */
export const spreadAll = (inputs: Inputs): Inputs => {
  const rank = Math.max(...Object.values(inputs).map(({ shape }) => shape.length));
  return Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, spread(x, rank)]));
};

export function registerPerChannel(): void {
  for (const name of KERNELS) register(name, (inputs, _, stock) => stock(spreadAll(inputs)));
}

/** On the CPU: `x [..., d]` and `v [d]`, each pair by `of`. */
export const perChannelTwin = (
  x: ArrayLike<number>,
  v: ArrayLike<number>,
  of: (x: number, v: number) => number,
): Float64Array => Float64Array.from(x, (one, i) => of(one, v[i % v.length] as number));
