/** The contract of a task: what a row of logits is, its supervised loss and its default metrics. */
import type { Card } from '../core/registry';
import type { Ops, Scalar, Tensor2D } from '../engine/types';

export interface Task extends Card {
  /** Mean supervised loss of `logits` `[rows, outputs]` against target distributions of the same shape. */
  supervised(ops: Ops, logits: Tensor2D, targets: Tensor2D): Scalar;
  /** Ids of the metrics shown by default. */
  readonly metrics: readonly string[];
}

export const defineTask = (task: Task): Task => task;
