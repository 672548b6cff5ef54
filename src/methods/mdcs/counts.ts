/** How many training images each class has, as the experts need it. */
import type { Ops, Table, Tensor, Tensor1D } from '../../engine/types';
import type { Pass } from '../kit';

/** log n of every class and the classes from common to rare, `[2, K]`; a class without images counts as one image. */
export function countsOf(pass: Pass): Table {
  const counts = new Float32Array(pass.classes);
  for (const label of pass.labels) counts[label] = (counts[label] ?? 0) + 1;
  const order = [...counts.keys()].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const logs = counts.map((n) => Math.log(Math.max(1, n)));
  return pass.table(2, pass.classes, Float32Array.from([...logs, ...order]));
}

/** `logs` `[1, K]`, and `order` int32 `[K]`. */
export function readCounts(ops: Ops, counts: Table): { logs: Tensor; order: Tensor1D } {
  const row = (at: number) => counts.read(ops.tensor1d([at], 'int32'));
  return { logs: row(0), order: ops.cast(ops.reshape(row(1), [-1]), 'int32') as Tensor1D };
}
