/** Rows of a table by index, and the gradient of the table. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor1D, Tensor2D } from '../types';
import { bindings, cover, main } from '../wgsl';
import { callOne } from './define';
import { gradient, type KernelCard, register } from './kernel';
import { countOf, elements } from './rows';

export const card: KernelCard = {
  id: 'gather-rows',
  summary: 'Rows of a table by index; rows asked for twice add their gradients in the order of the index.',
  shapes: 'table [r, d], index int32 [n] -> [n, d]; an index outside the table gives zeros',
  variants: ['direct'],
};

const NAME = 'CondenserGatherRows';

function forward(gpu: Gpu, table: TensorInfo, index: TensorInfo): TensorInfo {
  const [rows = 0, width = 1] = table.shape;
  const count = countOf(width);
  const n = (index.shape[0] as number) * count;
  const out = gpu.output([index.shape[0] as number, width]);
  const code = `${elements(width)}${bindings('table: T', 'index: i32', 'out: T!')}${main(n)}
  let row = index[idx / ${count}];
  out[idx] = T(0.0);
  if (row >= 0 && row < ${rows}) { out[idx] = table[row * ${count} + idx % ${count}]; }
}`;
  gpu.run(NAME, code, [table, index, out], cover(n));
  return out;
}

/** Each entry of the table looks for its row in the index: no atomics, so the order of additions is fixed. */
function backward(gpu: Gpu, index: TensorInfo, dy: TensorInfo, rows: number): TensorInfo {
  const width = dy.shape[1] as number;
  const count = countOf(width);
  const out = gpu.output([rows, width]);
  const code = `${elements(width)}${bindings('index: i32', 'dy: T', 'out: T!')}${main(rows * count)}
  let row = idx / ${count};
  var sum = T(0.0);
  for (var j = 0; j < ${index.shape[0]}; j++) {
    if (index[j] == row) { sum += dy[j * ${count} + idx % ${count}]; }
  }
  out[idx] = sum;
}`;
  gpu.run(`${NAME} gradient`, code, [index, dy, out], cover(rows * count));
  return out;
}

export function registerGatherRows(gpu: Gpu): void {
  register(NAME, ({ table, index }) => forward(gpu, table!, index!));
  register<{ readonly rows: number }>(`${NAME}Grad`, ({ index, dy }, { rows }) =>
    backward(gpu, index!, dy!, rows),
  );
  gradient<{ readonly rows: number }>(NAME, { inputs: ['index'] }, (dy, [index], { rows }) => ({
    table: () => callOne(`${NAME}Grad`, { index: index!, dy }, { rows }),
  }));
}

/** Rows of `table` on our backend. */
export const gatherRowsOf = (table: Tensor2D, index: Tensor1D): Tensor2D =>
  callOne(NAME, { table, index }, { rows: table.shape[0] }) as Tensor2D;

/** Value and the gradient of sum(dy value), in float64. */
export function gatherRowsTwin(table: Float64Array, index: Int32Array, dy: Float64Array, width: number) {
  const value = new Float64Array(index.length * width);
  const dTable = new Float64Array(table.length);
  index.forEach((row, j) => {
    if (row < 0 || row >= table.length / width) return;
    for (let c = 0; c < width; c++) {
      value[j * width + c] = table[row * width + c]!;
      dTable[row * width + c]! += dy[j * width + c]!;
    }
  });
  return { value, gradients: { table: dTable } };
}
