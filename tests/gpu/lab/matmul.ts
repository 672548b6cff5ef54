import * as tf from '@tensorflow/tfjs-core';
import { denseKernel, matmulTwin, runMatmul } from '../../../src/engine/kernels/matmul';
import type { Bench, Check } from './lab';

interface ProductShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch?: number;
  readonly a?: boolean;
  readonly b?: boolean;
  readonly shared?: 'a' | 'b';
  readonly bias?: boolean;
  readonly residual?: boolean;
  readonly relu?: boolean;
  readonly sums?: boolean;
  readonly splits?: number;
  readonly special?: boolean;
}

const spec = (s: ProductShape) => ({
  m: s.m,
  n: s.n,
  k: s.k,
  batch: s.batch ?? 1,
  transposeA: s.a ?? false,
  transposeB: s.b ?? false,
  sharedA: s.shared === 'a',
  sharedB: s.shared === 'b',
  bias: s.bias ?? false,
  residual: s.residual ?? false,
  relu: s.relu ?? false,
  columnSums: s.sums ?? false,
  ...(s.splits ? { splits: s.splits } : {}),
});

/** The kernel itself, with every option. */
async function matmul(bench: Bench, shape: ProductShape): Promise<void> {
  const { m, n, k, batch = 1, shared } = shape;
  const a = bench.values((shared === 'a' ? 1 : batch) * m * k, shape.special);
  const b = bench.values((shared === 'b' ? 1 : batch) * k * n);
  const bias = shape.bias ? bench.values(n) : undefined;
  const residual = shape.residual ? bench.values(batch * m * n) : undefined;
  const inputs = [a, b, bias, residual].map((v) => v && bench.tensor(v, [v.length]));
  const shapes = shape.sums ? [[m * n], [n]] : [[batch * m * n]];
  const added = { bias: inputs[2], residual: inputs[3] };
  const out = runMatmul(bench.gpu, inputs[0]!, inputs[1]!, spec(shape), shapes, added);
  const want = matmulTwin(a, b, spec(shape), bias, residual);
  const size = batch * m * n;
  await bench.compare('product', out[0]!, want.subarray(0, size));
  if (shape.sums) await bench.compare('sums', out[1]!, want.subarray(size));
  tf.dispose(inputs.filter((tensor) => tensor !== undefined));
}

/** What half precision makes of numbers beyond its range: products with 1. */
async function range(bench: Bench, { values, want }: { values: number[]; want: number[] }): Promise<void> {
  const numbers = (list: number[]) => Float32Array.from(list);
  const inputs = [bench.tensor(numbers(values), [values.length]), bench.tensor(numbers([1]), [1])] as const;
  const sizes = { m: values.length, n: 1, k: 1 };
  const [out] = runMatmul(bench.gpu, inputs[0], inputs[1], sizes, [[values.length]]);
  await bench.compare('products with 1', out!, want);
  tf.dispose([...inputs]);
}

/** The public op with broadcast batches, against a plain loop. */
async function batched(
  bench: Bench,
  s: { a: number[]; b: number[]; ta?: boolean; tb?: boolean },
): Promise<void> {
  const product = (shape: number[]) => shape.reduce((p, q) => p * q, 1);
  const [x, y] = [bench.values(product(s.a)), bench.values(product(s.b))];
  const [a, b] = [bench.tensor(x, s.a), bench.tensor(y, s.b)];
  const [rows, inner] = s.a.slice(-2) as [number, number];
  const [deep, columns] = s.b.slice(-2) as [number, number];
  const [batchA, batchB] = [product(s.a.slice(0, -2)), product(s.b.slice(0, -2))];
  const batch = Math.max(batchA, batchB);
  const [m, k] = s.ta ? [inner, rows] : [rows, inner];
  const n = s.tb ? deep : columns;
  const want = matmulTwin(x, y, {
    ...spec({ m, n, k, batch, a: s.ta ?? false, b: s.tb ?? false }),
    sharedA: batchA < batch,
    sharedB: batchB < batch,
  });
  await bench.compare('matMul', tf.matMul(a, b, s.ta, s.tb), want);
  tf.dispose([a, b]);
}

interface DenseShape {
  readonly rows: number;
  readonly inputs: number;
  readonly units: number;
  readonly relu: boolean;
  readonly bias: boolean;
  readonly residual?: boolean;
  readonly placed?: boolean;
}

/** The dense layer with its three or four gradients. */
async function dense(bench: Bench, s: DenseShape): Promise<void> {
  const { rows, inputs, units, relu } = s;
  const sizes = [rows * inputs, inputs * units, units, rows * units, rows * units];
  const [x, w, b, dy, more] = sizes.map((n) => bench.values(n));
  const args = [bench.tensor(x!, [rows, inputs]), bench.tensor(w!, [inputs, units])];
  if (s.bias) args.push(bench.tensor(b!, [units]));
  if (s.placed) bench.place(args.slice(1));
  if (s.residual) args.push(bench.tensor(more!, [rows, units]));
  const seed = bench.tensor(dy!, [rows, units]);
  const run = (...t: tf.Tensor[]) => {
    const residual = s.residual ? (t.at(-1) as tf.Tensor2D) : undefined;
    return denseKernel(t[0] as tf.Tensor2D, t[1]!, s.bias ? t[2] : undefined, relu, residual);
  };
  const forward = spec({ m: rows, n: units, k: inputs, relu });
  const y = matmulTwin(x!, w!, forward, s.bias ? b : undefined, s.residual ? more : undefined);
  await bench.compare('dense', run(...args), y);
  const masked = Float64Array.from(dy!, (d, i) => (!relu || y[i]! > 0 ? d : 0));
  const grads = tf.grads(run)(args, seed);
  await bench.compare(
    'x',
    grads[0]!,
    matmulTwin(masked, w!, spec({ m: rows, n: inputs, k: units, b: true })),
  );
  const weights = matmulTwin(x!, masked, spec({ m: inputs, n: units, k: rows, a: true, sums: true }));
  await bench.compare('weight', grads[1]!, weights.subarray(0, inputs * units));
  if (s.bias) await bench.compare('bias', grads[2]!, weights.subarray(inputs * units));
  if (s.residual) await bench.compare('residual', grads.at(-1)!, masked);
  tf.dispose([args, seed]);
}

export const matmulChecks: Record<string, Check<never>> = {
  matmul: matmul as Check<never>,
  range: range as Check<never>,
  batched: batched as Check<never>,
  dense: dense as Check<never>,
};
