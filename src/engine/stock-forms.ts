/**
 * Stock kernels called so that they take their programs without barriers. The others copy values into workgroup
 * memory and wait, which on a software adapter takes longer than all the arithmetic: 0.1 ms for each workgroup.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Inputs, register } from './kernels/kernel';
import { variant } from './variants';

const BINARY = [
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference', 'Pow', 'Prelu'],
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd'],
] as const;

/** A vector beside a tensor of `rank` axes as one of as many; anything else as it is. */
function spread(x: TensorInfo, rank: number): TensorInfo {
  const [channels] = x.shape;
  if (x.shape.length !== 1 || channels === undefined || rank < 2) return x;
  return { ...x, shape: [...Array<number>(rank - 1).fill(1), channels] };
}

/** The operands of a kernel of two, with as many axes: four numbers at a time, too, where channels come in fours. */
function spreadAll(inputs: Inputs): Inputs {
  const rank = Math.max(...Object.values(inputs).map(({ shape }) => shape.length));
  return Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, spread(x, rank)]));
}

export function registerStockForms(): void {
  for (const name of BINARY) register(name, (inputs, _, stock) => stock(spreadAll(inputs)));
  register<{ readonly perm: number[] }>('Transpose', (inputs, { perm }, stock) => {
    const x = inputs['x'] as TensorInfo;
    const [rows, columns] = x.shape;
    if (x.shape.length !== 2 || perm[0] !== 1 || variant() !== 'direct') return stock();
    const turned = stock({ x: { ...x, shape: [1, rows!, columns!] } }, { perm: [0, 2, 1] }) as TensorInfo;
    return { ...turned, shape: [columns!, rows!] };
  });
}

/** On the CPU: `x [..., d]` and `v [d]`, each pair by `of`. */
export const perChannelTwin = (
  x: ArrayLike<number>,
  v: ArrayLike<number>,
  of: (x: number, v: number) => number,
): Float64Array => Float64Array.from(x, (one, i) => of(one, v[i % v.length] as number));

/** On the CPU: `x [rows, columns]` to `[columns, rows]`. */
export const transposeTwin = (x: ArrayLike<number>, rows: number, columns: number): Float64Array =>
  Float64Array.from(
    { length: rows * columns },
    (_, i) => x[(i % rows) * columns + Math.floor(i / rows)] as number,
  );
