/**
 * Casts to float that really convert. The stock backend only relabels whole numbers and truth values and lets
 * its own shaders read them as what they are; kernels that are handed the tensor would read their bits.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import { bindings, cover, main } from '../wgsl';
import { type KernelCard, product, register } from './kernel';

export const card: KernelCard = {
  id: 'cast',
  summary: 'Whole numbers and truth values to floats.',
  shapes: 'any',
  variants: ['direct'],
};

/** The same on the CPU. */
export const castTwin = (x: ArrayLike<number | boolean>): Float64Array => Float64Array.from(x, Number);

export function registerCast(gpu: Gpu): void {
  register<{ dtype: string }>('Cast', (inputs, { dtype }, stock) => {
    const x = inputs['x'] as TensorInfo;
    const n = product(x.shape);
    const whole = x.dtype === 'int32' || x.dtype === 'bool';
    if (!whole || dtype !== 'float32' || n === 0) return stock();
    const y = gpu.output(x.shape);
    gpu.run('cast', `${bindings('x: i32', 'y: f32!')}${main(n)}  y[idx] = f32(x[idx]);\n}`, [x, y], cover(n));
    return y;
  });
}
