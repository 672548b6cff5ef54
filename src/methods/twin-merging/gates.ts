/**
 * The merged network of each input, theta* + sum_t w_t v_t, in one pass over a batch and without a copy of any
 * weights: a layer y = W x + b that is linear in its weights gives y + sum_t w_t (U_t (S_t V_t x) + db_t).
 */
import type { Hooks, Ops, Tensor, Tensor2D } from '../../engine/types';
import { rankOf } from './exclusive';
import type { Exclusive, Parts, Values } from './parts';

/** `[rows, n]` with as many axes as `like` has, to be spread over its positions. */
const alongside = (ops: Ops, x: Tensor, like: Tensor): Tensor =>
  ops.reshape(x, [-1, ...new Array<number>(like.shape.length - 2).fill(1), x.shape[1] as number]);

/** The first `kept` of every `rank` rows of a table `[tasks * rank, columns]`. */
function kept(ops: Ops, table: Tensor, rank: number, count: number): Tensor {
  const [rows, columns] = table.shape as [number, number];
  if (count === rank) return table;
  const starts = Array.from({ length: rows / rank }, (_, task) => task * rank);
  return ops.concat(starts.map((start) => ops.slice(table, [start, 0], [count, columns])));
}

/** All experts at once: their products are columns of one kernel, weighted between its two halves. */
function together(
  ops: Ops,
  { linear, inputs, outputs, rank }: Exclusive,
  count: number,
  x: Tensor,
  w: Tensor,
) {
  const z = linear.apply(x, ops.transpose(kept(ops, inputs, rank, count), [1, 0]));
  const each = ops.mul(ops.expandDims(w, 2), ops.ones([1, 1, count]));
  const columns = (w.shape[1] as number) * count;
  const weighted = ops.mul(z, alongside(ops, ops.reshape(each, [-1, columns]), z));
  const rows = ops.matMul(
    ops.reshape(weighted, [-1, columns]) as Tensor2D,
    kept(ops, outputs, rank, count) as Tensor2D,
  );
  return ops.reshape(rows, [-1, ...z.shape.slice(1, -1), linear.outputs]);
}

/** Where a layer fixes the number of its outputs: one expert after the other. */
function apart(ops: Ops, { linear, inputs, outputs, rank }: Exclusive, count: number, x: Tensor, w: Tensor) {
  const parts = ops.split(w, w.shape[1] as number, 1).map((own, task) => {
    const rows = (table: Tensor) =>
      ops.slice(table, [task * rank, 0], [count, table.shape[1] as number]) as Tensor2D;
    const z = linear.apply(x, ops.matMul(rows(inputs), rows(outputs), true));
    return ops.mul(z, alongside(ops, own, z));
  });
  return ops.addN(parts);
}

type Choice = Pick<Values, 'mask' | 'density'>;

/** @param w share of each expert in each row, `[rows, tasks]`. */
export function gates(
  ops: Ops,
  parts: Pick<Parts, 'exclusive'>,
  { mask, density }: Choice,
  w: Tensor2D,
): Hooks {
  return {
    layer(name, x, y) {
      const own = parts.exclusive[name];
      if (!own || density === 0) return y;
      const count = mask === 'svd' ? rankOf(density, own.rank) : own.rank;
      const more = (own.linear.depthwise ? apart : together)(ops, own, count, x, w);
      const bias = own.bias && alongside(ops, ops.matMul(w, own.bias as unknown as Tensor2D), y);
      return ops.add(y, bias ? ops.add(more, bias) : more);
    },
  };
}

/** What every task's head says of the features, `[rows, tasks * classes]`; classes of other tasks are far below 0. */
export const headLogits = (ops: Ops, { heads }: Parts, features: Tensor2D): Tensor2D =>
  ops.add(ops.matMul(features, heads.weight as unknown as Tensor2D), heads.bias) as Tensor2D;

/** Log-probability that is said of classes that are not among the task's. */
const LEAST = -20;

/** Log-probabilities by one head for each row. @param choice one-hot `[rows, tasks]`. */
export function chosenHead(ops: Ops, logits: Tensor2D, choice: Tensor2D): Tensor2D {
  const tasks = choice.shape[1];
  const z = ops.reshape(logits, [-1, tasks, logits.shape[1] / tasks]);
  const log = ops.sub(z, ops.expandDims(ops.logSumExp(z), 2));
  return ops.sum(ops.mul(ops.maximum(log, LEAST), ops.expandDims(choice, 2)), 1) as Tensor2D;
}
