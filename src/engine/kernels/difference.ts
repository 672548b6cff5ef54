/** Means over all entries of a function of a - b: squared, and Huber's. Two dispatches, one for each gradient. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Scalar, Tensor } from '../types';
import { bindings, cover, main } from '../wgsl';
import { callOne } from './define';
import { gradient, type KernelCard, product, register, release } from './kernel';
import { countOf, elements, sumKernel } from './rows';

export const card: KernelCard = {
  id: 'difference',
  summary: 'Mean squared difference and mean Huber loss (beta 1) of two tensors, with gradients.',
  shapes: 'two tensors of one shape',
  variants: ['direct'],
};

interface Difference {
  readonly name: string;
  /** Of the difference `d`, type T. */
  readonly value: string;
  readonly slope: string;
}

const SQUARED: Difference = { name: 'CondenserSquared', value: 'd * d', slope: '2.0 * d' };
const HUBER: Difference = {
  name: 'CondenserHuber',
  value: 'h * (abs(d) - 0.5 * h)',
  slope: 'clamp(d, T(-1.0), T(1.0))',
};

/** Entries one invocation of the first pass adds up, at least. */
const LEAST = 16;
const MOST_PARTS = 4096;

function forward(gpu: Gpu, { name, value }: Difference, a: TensorInfo, b: TensorInfo): TensorInfo {
  const size = product(a.shape);
  const count = countOf(size);
  const parts = Math.max(1, Math.min(MOST_PARTS, Math.ceil(count / LEAST)));
  const part = gpu.output([parts]);
  const clipped = value.includes('h') ? 'let h = min(abs(d), T(1.0));' : '';
  const code = `${elements(size)}${bindings('a: T', 'b: T', 'part: f32!')}${main(parts)}
  var acc = T(0.0);
  for (var j = idx; j < ${count}; j += ${parts}) { let d = a[j] - b[j]; ${clipped} acc += ${value}; }
  part[idx] = folded(acc);
}`;
  gpu.run(name, code, [a, b, part], cover(parts));
  const mean = gpu.output([]);
  const sum = sumKernel(parts, size);
  gpu.run('sum of parts', sum.code, [part, mean], sum.groups);
  release(gpu, part);
  return mean;
}

function backward(gpu: Gpu, loss: Difference, a: TensorInfo, b: TensorInfo, dy: TensorInfo): TensorInfo {
  const size = product(a.shape);
  const count = countOf(size);
  const out = gpu.output(a.shape);
  const code = `${elements(size)}${bindings('a: T', 'b: T', 'dy: f32', 'out: T!')}${main(count)}
  let d = a[idx] - b[idx];
  out[idx] = ${loss.slope} * (dy[0] / ${size}.0);
}`;
  gpu.run(`${loss.name} gradient`, code, [a, b, dy, out], cover(count));
  return out;
}

export function registerDifference(gpu: Gpu): void {
  for (const loss of [SQUARED, HUBER]) {
    const back = `${loss.name}Grad`;
    register(loss.name, ({ a, b }) => forward(gpu, loss, a!, b!));
    register(back, ({ a, b, dy }) => backward(gpu, loss, a!, b!, dy!));
    gradient(loss.name, { inputs: ['a', 'b'] }, (dy, [a, b]) => ({
      a: () => callOne(back, { a: a!, b: b!, dy }),
      // Both losses are even, so their slope is odd.
      b: () => callOne(back, { a: b!, b: a!, dy }),
    }));
  }
}

/** Mean of (a - b)^2 over all entries, on our backend. */
export const squaredMean = (a: Tensor, b: Tensor): Scalar => callOne(SQUARED.name, { a, b }) as Scalar;

/** Mean of Huber's loss with beta 1 over all entries, on our backend. */
export const huberMean = (a: Tensor, b: Tensor): Scalar => callOne(HUBER.name, { a, b }) as Scalar;

/** Value and both gradients of either loss, in float64. */
export function differenceTwin(a: Float64Array, b: Float64Array, kind: 'squared' | 'huber') {
  const n = a.length;
  let sum = 0;
  const da = a.map((v, i) => {
    const d = v - b[i]!;
    const h = Math.min(Math.abs(d), 1);
    sum += kind === 'squared' ? d * d : h * (Math.abs(d) - 0.5 * h);
    return (kind === 'squared' ? 2 * d : Math.max(-1, Math.min(1, d))) / n;
  });
  return { value: Float64Array.of(sum / n), gradients: { a: da, b: da.map((v) => -v) } };
}
