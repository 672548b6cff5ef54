/** Recurrent layers over a few steps, unrolled. Gates stand in the order input, forget, cell, output. */
import type { Build, Ops, Tensor, Variable } from '../../engine/types';

/** Weights of one direction for `g` layers side by side: `[g, in, 4 H]`, `[g, H, 4 H]`, `[g, 1, 4 H]`. */
export interface Lstm {
  readonly kernel: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor;
}

export interface BiLstm {
  readonly forward: Lstm;
  readonly backward: Lstm;
}

export function growLstm(build: Build, name: string, [groups, input, hidden]: readonly number[]): Lstm {
  const [g = 1, i = 1, h = 1] = [groups, input, hidden];
  const weight = (part: string, shape: readonly number[], limit: number): Variable =>
    build.weight(`${name}/${part}`, shape, { uniform: limit });
  return {
    kernel: weight('kernel', [g, i, 4 * h], Math.sqrt(6 / (i + h))),
    recurrent: weight('recurrent', [g, h, 4 * h], Math.sqrt(3 / h)),
    bias: build.weight(`${name}/bias`, [g, 1, 4 * h], 'zeros'),
  };
}

export const growBiLstm = (build: Build, name: string, sizes: readonly number[]): BiLstm => ({
  forward: growLstm(build, `${name}/forward`, sizes),
  backward: growLstm(build, `${name}/backward`, sizes),
});

/**
 * State `[g, n, H]` after visiting the steps of `x`, `[g, n, steps, in]`, in `order`. The first state is zero, so
 * that the answer is the same every time.
 */
export function lstm(ops: Ops, x: Tensor, weights: Lstm, order: readonly number[]): Tensor {
  const [g = 1, n = 1, steps = 1, width = 1] = x.shape;
  const gates = ops.add(ops.batchMatMul(ops.reshape(x, [g, n * steps, width]), weights.kernel), weights.bias);
  const driven = ops.unstack(ops.reshape(gates, [g, n, steps, -1]), 2);
  let state: { readonly hidden: Tensor; readonly cell: Tensor } | undefined;
  for (const step of order) {
    const own = driven[step] as Tensor;
    const sum = state ? ops.add(own, ops.batchMatMul(state.hidden, weights.recurrent)) : own;
    const [input, forget, candidate, output] = ops.split(sum, 4, -1) as [Tensor, Tensor, Tensor, Tensor];
    const fresh = ops.mul(ops.sigmoid(input), ops.tanh(candidate));
    const cell: Tensor = state ? ops.add(ops.mul(ops.sigmoid(forget), state.cell), fresh) : fresh;
    state = { cell, hidden: ops.mul(ops.sigmoid(output), ops.tanh(cell)) };
  }
  if (!state) throw new Error('An LSTM was asked to visit no step.');
  return state.hidden;
}

/**
 * Both directions, `[g, n, 2 H]`. As released it is the last step of the output, of which the backward half has
 * seen that step only; `ends`: each half after the whole sequence.
 */
export function biLstm(ops: Ops, x: Tensor, { forward, backward }: BiLstm, ends: boolean): Tensor {
  const order = Array.from({ length: x.shape[2] as number }, (_, i) => i);
  const back = ends ? [...order].reverse() : order.slice(-1);
  return ops.concat([lstm(ops, x, forward, order), lstm(ops, x, backward, back)], -1);
}
