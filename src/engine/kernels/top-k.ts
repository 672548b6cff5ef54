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
const counted = (rows: number, width: number, k: number): string => `${main(rows * width)}
  let base = (idx / ${width}) * ${width};
  let own = x[idx];
  var before = 0;
  for (var j = base; j < base + ${width}; j++) {
    let other = x[j];
    if (other > own || (other == own && j < idx)) { before++; }
  }
  mask[idx] = select(0.0, 1.0, before < ${k});
}`;

/** Each invocation marks the largest entries of a row one after another: less work where k is small. */
const picked = (rows: number, width: number, k: number): string => `${main(rows)}
  let base = idx * ${width};
  for (var j = 0; j < ${width}; j++) {
    let bits = bitcast<u32>(x[base + j]) & 0x7fffffffu;
    mask[base + j] = select(0.0, 1.0, bits > 0x7f800000u);
  }
  for (var pick = 0; pick < ${k}; pick++) {
    var best = 0.0;
    var found = -1;
    for (var j = 0; j < ${width}; j++) {
      let own = x[base + j];
      if (mask[base + j] == 0.0 && (found < 0 || own > best)) { best = own; found = j; }
    }
    if (found < 0) { return; }
    mask[base + found] = 1.0;
  }
}`;

function forward(gpu: Gpu, x: TensorInfo, k: number): TensorInfo {
  const { rows, width } = rowsOf(x.shape);
  const mask = gpu.output(x.shape);
  const few = k > 0 && 4 * k < width;
  const code = `${bindings('x: f32', 'mask: f32!')}${(few ? picked : counted)(rows, width, k)}`;
  gpu.run(NAME, code, [x, mask], cover(few ? rows : rows * width));
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
