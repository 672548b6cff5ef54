/** A mask of the largest entries of each row. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import { bindings, cover, main } from '../wgsl';
import { callOne, rowsOf } from './define';
import { type KernelCard, register } from './kernel';

export const card: KernelCard = {
  id: 'top-k',
  summary:
    '1 at the k largest entries of each row and at NaN, 0 elsewhere; the lower index wins a tie. No gradient.',
  shapes: '[..., n], any n and k',
  variants: ['direct'],
};

const NAME = 'CondenserTopKMask';

/** Each invocation counts the entries of its row that come before its own. */
function forward(gpu: Gpu, x: TensorInfo, k: number): TensorInfo {
  const { rows, width } = rowsOf(x.shape);
  const mask = gpu.output(x.shape);
  const code = `${bindings('x: f32', 'mask: f32!')}${main(rows * width)}
  let base = (idx / ${width}) * ${width};
  let own = x[idx];
  var before = 0;
  for (var j = base; j < base + ${width}; j++) {
    let other = x[j];
    if (other > own || (other == own && j < idx)) { before++; }
  }
  mask[idx] = select(0.0, 1.0, before < ${k});
}`;
  gpu.run(NAME, code, [x, mask], cover(rows * width));
  return mask;
}

export function registerTopK(gpu: Gpu): void {
  register<{ readonly k: number }>(NAME, ({ x }, { k }) => forward(gpu, x!, k));
}

/** The mask on our backend. */
export const topKMaskOf = (x: Tensor, k: number): Tensor => callOne(NAME, { x }, { k });

/** The same on the CPU. */
export function topKMaskTwin(x: Float64Array, width: number, k: number): Float64Array {
  return x.map((own, i) => {
    const base = Math.floor(i / width) * width;
    let before = 0;
    for (let j = base; j < base + width; j++) if (x[j]! > own || (x[j] === own && j < i)) before++;
    return before < k ? 1 : 0;
  });
}
