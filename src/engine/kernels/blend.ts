import { gpu } from '../gpu';
import type { Tensor, Variable } from '../types';
import { bindings, cover, f32, main } from '../wgsl';

/** target = (1 - share) target + share value, in place; same shapes. WebGPU only. */
export function blendInto(target: Variable, value: Tensor, share: number): void {
  const device = gpu();
  if (!device) throw new Error('blendInto needs the WebGPU backend.');
  const n = target.size;
  const code = `${bindings('value: f32', 'target_: f32!')}${main(n)}
  target_[idx] = ${f32(1 - share)} * target_[idx] + ${f32(share)} * value[idx];
}`;
  device.run('blend', code, [value, target], cover(n));
}

/** The same on the CPU in float64. */
export function blendTwin(target: Float64Array, value: Float64Array, share: number): Float64Array {
  return target.map((t, i) => (1 - share) * t + share * (value[i] as number));
}
