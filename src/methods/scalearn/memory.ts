/** Labels of the source tasks on the device. */
import type { Table } from '../../engine/types';
import type { LabelTask, Pass } from '../kit';
import { MOST } from './params';
import type { Memory } from './train';

export function memoryOf({ tasks, samples, table, pool }: Pass): Memory {
  const held = (of: readonly LabelTask[], rows: number): Table | undefined => {
    const some = of.slice(0, MOST);
    if (some.length === 0) return undefined;
    const values = new Float32Array(rows * some.length);
    some.forEach(({ labels }, t) => {
      labels.forEach((label, row) => {
        values[row * some.length + t] = label;
      });
    });
    return table(rows, some.length, values);
  };
  return { labels: held(tasks, samples), pool: pool && held(pool.tasks, pool.samples) };
}
