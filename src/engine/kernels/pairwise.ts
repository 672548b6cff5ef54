/** Distances between all pairs of rows, squared Euclidean or absolute, and their gradients. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import type { Tensor2D } from '../types';
import { bindings, cover, main } from '../wgsl';
import { callOne } from './define';
import { gradient, type KernelCard, register } from './kernel';
import { countOf, elements } from './rows';

export const card: KernelCard = {
  id: 'pairwise',
  summary:
    'Squared or absolute distances between all pairs of rows, from differences, one dispatch each way.',
  shapes: 'x [n, d] and y [m, d] -> [n, m]; or x with itself',
  variants: ['direct'],
};

/** Sum over columns of the squared or the absolute difference. */
export type PairMetric = 'squared' | 'absolute';

const NAME = 'CondenserPairwise';
const SELF = 'CondenserPairwiseSelf';

/** Of a difference `d` of type T; both are even, their slopes odd. */
const VALUE = { squared: 'd * d', absolute: 'abs(d)' } as const;
const SLOPE = { squared: '2.0 * d', absolute: 'sign(d)' } as const;

interface Attributes {
  readonly metric: PairMetric;
}

const sizeOf = (x: TensorInfo): [number, number] => [x.shape[0] as number, x.shape[1] as number];

function forward(gpu: Gpu, x: TensorInfo, y: TensorInfo, metric: PairMetric): TensorInfo {
  const [n, width] = sizeOf(x);
  const [m] = sizeOf(y);
  const count = countOf(width);
  const out = gpu.output([n, m]);
  const code = `${elements(width)}${bindings('x: T', 'y: T', 'out: f32!')}${main(n * m)}
  let xa = (idx / ${m}) * ${count};
  let ya = (idx % ${m}) * ${count};
  var sum = T(0.0);
  for (var c = 0; c < ${count}; c++) { let d = x[xa + c] - y[ya + c]; sum += ${VALUE[metric]}; }
  out[idx] = folded(sum);
}`;
  gpu.run(NAME, code, [x, y, out], cover(n * m));
  return out;
}

/** Which of `g` [n, m] weigh the pair of this row `i` and the other row `j`. */
const WEIGHT = {
  first: (m: number, _n: number) => `g[i * ${m} + j]`,
  second: (_m: number, n: number) => `g[j * ${n} + i]`,
  both: (m: number, _n: number) => `(g[i * ${m} + j] + g[j * ${m} + i])`,
} as const;

/** Gradient of the rows `a`, which were the first input, the second, or both; `b` are the others. */
function backward(
  gpu: Gpu,
  a: TensorInfo,
  b: TensorInfo,
  g: TensorInfo,
  role: keyof typeof WEIGHT,
  metric: PairMetric,
): TensorInfo {
  const [n, width] = sizeOf(a);
  const [m] = sizeOf(b);
  const count = countOf(width);
  const out = gpu.output(a.shape);
  const code = `${elements(width)}${bindings('a: T', 'b: T', 'g: f32', 'out: T!')}${main(n * count)}
  let i = idx / ${count};
  let c = idx % ${count};
  let own = a[idx];
  var sum = T(0.0);
  for (var j = 0; j < ${m}; j++) {
    let d = own - b[j * ${count} + c];
    sum += ${WEIGHT[role](m, n)} * (${SLOPE[metric]});
  }
  out[idx] = sum;
}`;
  gpu.run(`${NAME} gradient`, code, [a, b, g, out], cover(n * count));
  return out;
}

interface GradAttributes extends Attributes {
  readonly role: keyof typeof WEIGHT;
}

export function registerPairwise(gpu: Gpu): void {
  register<Attributes>(NAME, ({ x, y }, { metric }) => forward(gpu, x!, y!, metric));
  register<Attributes>(SELF, ({ x }, { metric }) => forward(gpu, x!, x!, metric));
  register<GradAttributes>(`${NAME}Grad`, ({ a, b, g }, { role, metric }) =>
    backward(gpu, a!, b!, g!, role, metric),
  );
  gradient<Attributes>(NAME, { inputs: ['x', 'y'] }, (g, [x, y], attributes) => ({
    x: () => callOne(`${NAME}Grad`, { a: x!, b: y!, g }, { ...attributes, role: 'first' }),
    y: () => callOne(`${NAME}Grad`, { a: y!, b: x!, g }, { ...attributes, role: 'second' }),
  }));
  gradient<Attributes>(SELF, { inputs: ['x'] }, (g, [x], attributes) => ({
    x: () => callOne(`${NAME}Grad`, { a: x!, b: x!, g }, { ...attributes, role: 'both' }),
  }));
}

/** Distances on our backend. */
export const pairwiseOf = (x: Tensor2D, y: Tensor2D, metric: PairMetric): Tensor2D =>
  (x === y ? callOne(SELF, { x }, { metric }) : callOne(NAME, { x, y }, { metric })) as Tensor2D;

/** Value and the gradients of sum(dy value) in float64. */
export function pairwiseTwin(
  x: Float64Array,
  y: Float64Array,
  dy: Float64Array,
  width: number,
  metric: PairMetric,
) {
  const [n, m] = [x.length / width, y.length / width];
  const value = new Float64Array(n * m);
  const dx = new Float64Array(x.length);
  const dOther = new Float64Array(y.length);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++)
      for (let c = 0; c < width; c++) {
        const d = x[i * width + c]! - y[j * width + c]!;
        const slope = dy[i * m + j]! * (metric === 'squared' ? 2 * d : Math.sign(d));
        value[i * m + j]! += metric === 'squared' ? d * d : Math.abs(d);
        dx[i * width + c]! += slope;
        dOther[j * width + c]! -= slope;
      }
  return { value, gradients: { x: dx, y: dOther } };
}
