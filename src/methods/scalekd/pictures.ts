/** What the method shows of its own numbers. */
import type { Ops, Tensor } from '../../engine/types';
import type { Mimicry } from './mimic';
import { unit } from './views';

/** Cosine of every token with its counterpart, `[b, n]`. */
const cosines = (ops: Ops, made: Tensor, wanted: Tensor, removeMean: boolean): Tensor =>
  ops.sum(ops.mul(unit(ops, made, removeMean), unit(ops, wanted, removeMean)), -1);

/** Share of each channel's energy that is its mean over tokens, `[b, n, c]` to `[c]`. */
export function meanShare(ops: Ops, x: Tensor): Tensor {
  const constant = ops.mean(ops.square(ops.mean(x, 1)), 0);
  return ops.div(constant, ops.maximum(ops.mean(ops.square(x), [0, 1]), 1e-12));
}

/** By panel; what attention reads is that of the first image, mean over heads, and only where there is attention. */
export function pictures(ops: Ops, { wanted, grid, read, last }: Mimicry): Record<string, Tensor> {
  const by = (removeMean: boolean): Tensor => {
    const { tokens } = (removeMean && last.detail) || last.spatial;
    return ops.mean(cosines(ops, tokens, wanted, removeMean), 0);
  };
  const both = [by(false), by(true)];
  const shown = {
    cosine: ops.stack(both.map((x) => ops.mean(x))),
    places: ops.concat(
      both.map((x) => ops.reshape(x, [...grid])),
      1,
    ),
    energy: meanShare(ops, wanted),
  };
  const { attention } = last.spatial;
  if (!attention) return shown;
  const reads = ops.mean(ops.squeeze(ops.slice(attention, 0, 1), [0]), 0);
  const middle = Math.floor(grid[0] / 2) * grid[1] + Math.floor(grid[1] / 2);
  return { middle: ops.reshape(ops.slice(reads, [middle, 0], [1, -1]), [...read]), reads, ...shown };
}
