/** Replaces rows of a persistent table in place. */
import type { Gpu } from '../gpu';
import type { Tensor1D, Tensor2D, Variable } from '../types';
import { bindings, cover, main } from '../wgsl';
import type { KernelCard } from './kernel';
import { countOf, elements } from './rows';

export const card: KernelCard = {
  id: 'scatter-rows',
  summary: 'Writes rows into a table in place; of rows written twice the later one stays.',
  shapes: 'table [r, d], index int32 [n], rows [n, d]; an index outside the table is left out',
  variants: ['direct'],
};

/** table[index[j]] = rows[j], in place, on our backend. */
export function scatterInto(gpu: Gpu, table: Variable, index: Tensor1D, rows: Tensor2D): void {
  const [n, width] = rows.shape;
  const count = countOf(width);
  const code = `${elements(width)}${bindings('index: i32', 'rows: T', 'table: T!')}${main(n * count)}
  let j = idx / ${count};
  let row = index[j];
  if (row < 0 || row >= ${table.shape[0]}) { return; }
  for (var later = j + 1; later < ${n}; later++) { if (index[later] == row) { return; } }
  table[row * ${count} + idx % ${count}] = rows[idx];
}`;
  gpu.run('scatter-rows', code, [index, rows, table], cover(n * count));
}

/** The same on the CPU: a new table. */
export function scatterRowsTwin(
  table: Float64Array,
  index: Int32Array,
  rows: Float64Array,
  width: number,
): Float64Array {
  const out = table.slice();
  index.forEach((row, j) => {
    if (row >= 0 && row < table.length / width)
      out.set(rows.subarray(j * width, (j + 1) * width), row * width);
  });
  return out;
}
