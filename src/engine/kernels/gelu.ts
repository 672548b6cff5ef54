/** Exact GELU, x Phi(x), and its gradient (Hendrycks and Gimpel 2016). */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor } from '../types';
import { bindings, cover, f32, main } from '../wgsl';
import { callOne } from './define';
import { gradient, type KernelCard, product, register } from './kernel';
import { countOf, elements } from './rows';

export const card: KernelCard = {
  id: 'gelu',
  summary: 'x Phi(x) and its gradient, one dispatch each; Phi to 1e-7.',
  shapes: 'any',
  variants: ['direct'],
};

const NAME = 'CondenserGelu';

/**
 * Phi by the rational approximation of erfc in Abramowitz and Stegun, 7.1.26 (error below 1.5e-7). The tail is
 * taken directly, so large negative x do not cancel.
 */
const PHI = `fn phi(x: T) -> T {
  let a = abs(x) * ${f32(Math.SQRT1_2)};
  let t = T(1.0) / (T(1.0) + a * 0.3275911);
  let series = ((((t * 1.061405429 - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  let tail = series * expo(-a * a) * 0.5;
  return select(T(1.0) - tail, tail, x < T(0.0));
}
`;

function forward(gpu: Gpu, x: TensorInfo): TensorInfo {
  const size = product(x.shape);
  const y = gpu.output(x.shape);
  const code = `${elements(size)}${PHI}${bindings('x: T', 'y: T!')}${main(countOf(size))}
  y[idx] = x[idx] * phi(x[idx]);
}`;
  gpu.run(NAME, code, [x, y], cover(countOf(size)));
  return y;
}

/** dx = dy (Phi(x) + x phi(x)). */
function backward(gpu: Gpu, x: TensorInfo, dy: TensorInfo): TensorInfo {
  const size = product(x.shape);
  const dx = gpu.output(x.shape);
  const code = `${elements(size)}${PHI}${bindings('x: T', 'dy: T', 'dx: T!')}${main(countOf(size))}
  let v = x[idx];
  dx[idx] = dy[idx] * (phi(v) + v * ${f32(1 / Math.sqrt(2 * Math.PI))} * expo(v * v * -0.5));
}`;
  gpu.run(`${NAME} gradient`, code, [x, dy, dx], cover(countOf(size)));
  return dx;
}

export function registerGelu(gpu: Gpu): void {
  register(NAME, ({ x }) => forward(gpu, x!));
  register(`${NAME}Grad`, ({ x, dy }) => backward(gpu, x!, dy!));
  gradient(NAME, { inputs: ['x'] }, (dy, [x]) => ({ x: () => callOne(`${NAME}Grad`, { x: x!, dy }) }));
}

/** GELU on our backend. */
export const geluOf = (x: Tensor): Tensor => callOne(NAME, { x });

/** The error function in float64: its Maclaurin series for small x, a continued fraction of erfc beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a > 3)) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 && n < 200; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = a;
  for (let n = 60; n > 0; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (fraction * Math.sqrt(Math.PI)));
}

/** Value and the gradient of sum(dy y), in float64. */
export function geluTwin(x: Float64Array, dy: Float64Array) {
  const phi = (v: number) => 0.5 * (1 + erf(v * Math.SQRT1_2));
  const density = (v: number) => Math.exp(-0.5 * v * v) / Math.sqrt(2 * Math.PI);
  return {
    value: x.map((v) => v * phi(v)),
    gradients: { x: x.map((v, i) => dy[i]! * (phi(v) + v * density(v))) },
  };
}
