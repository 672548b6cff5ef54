/**
 * Matrix products: batched, with transposes, a fused bias, residual and ReLU, and long inner axes split over invocations
 * with a second pass in fixed order. `dense` is the layer made of it, with its gradient.
 */

import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu, Workgroups } from '../gpu';
import { claimPlace } from '../gradient-places';
import type { Tensor, Tensor2D } from '../types';
import { formOf, halfStorage, type Variant, wantsHalf } from '../variants';
import { bindings, cover, main } from '../wgsl';
import { type TiledGemm, tiledGemm, tiledSplits } from './gemm-tiled';
import {
  call,
  gradient,
  type KernelCard,
  lanesOf,
  outputsAt,
  type Places,
  product,
  register,
  release,
} from './kernel';
import { directSplits, matmulDirect } from './matmul-direct';
import { sumSplits } from './splits';

export const card: KernelCard = {
  id: 'matmul',
  summary:
    'Matrix product with transposes, batches, fused bias, residual and ReLU; weight and bias gradient in one pass.',
  shapes: 'float32, any size; batches of both operands equal, or one of them 1 (else stock).',
  variants: ['direct', 'tiled', 'half'],
};

export interface MatmulSpec {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** The operand has no batch axis: every product reads the same one. */
  readonly sharedA: boolean;
  readonly sharedB: boolean;
  readonly bias: boolean;
  /** Something of the result's shape is added, before a ReLU. */
  readonly residual: boolean;
  readonly relu: boolean;
  /** Also sum B over k; needs batch 1 and B not transposed. */
  readonly columnSums: boolean;
  readonly splits: number;
}

const PLAIN = {
  batch: 1,
  transposeA: false,
  transposeB: false,
  sharedA: false,
  sharedB: false,
  bias: false,
  residual: false,
  relu: false,
  columnSums: false,
};

type Given = Partial<MatmulSpec> & { readonly m: number; readonly n: number; readonly k: number };

/** A spec with its defaults and the number of splits that suits the variant. */
export function matmulSpec(given: Given, form: Variant): MatmulSpec {
  const spec = { ...PLAIN, ...given };
  const { m, n, k, batch } = spec;
  const splits = given.splits ?? (form === 'direct' ? directSplits(spec) : tiledSplits(m, n, k, batch));
  return { ...spec, splits };
}

/** The same in float64. `columnSums` are appended to the result. */
export function matmulTwin(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  spec: Omit<MatmulSpec, 'splits'>,
  bias?: ArrayLike<number>,
  residual?: ArrayLike<number>,
): Float64Array {
  const { m, n, k, batch } = spec;
  const out = new Float64Array(batch * m * n + (spec.columnSums ? n : 0));
  for (let z = 0; z < batch; z++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let q = 0; q < k; q++) {
          const left = (spec.sharedA ? 0 : z * m * k) + (spec.transposeA ? q * m + i : i * k + q);
          const right = (spec.sharedB ? 0 : z * k * n) + (spec.transposeB ? j * k + q : q * n + j);
          sum += (a[left] as number) * (b[right] as number);
        }
        if (bias) sum += bias[j] as number;
        if (residual) sum += residual[(z * m + i) * n + j] as number;
        out[(z * m + i) * n + j] = spec.relu && sum < 0 ? 0 : sum;
      }
  if (spec.columnSums)
    for (let q = 0; q < k; q++) for (let j = 0; j < n; j++) out[m * n + j]! += b[q * n + j] as number;
  return out;
}

function tiled(spec: MatmulSpec, half: TiledGemm['half']): { code: string; groups: Workgroups } {
  const { m, n, k, batch, splits, bias, residual, columnSums } = spec;
  const names = ['a: f32', 'b: f32', 'y: f32!'];
  if (bias && splits === 1) names.push('bias: f32');
  if (residual && splits === 1) names.push('residual: f32');
  if (columnSums && splits === 1) names.push('sums: f32!');
  const size = m * n + (columnSums && splits > 1 ? n : 0);
  const terms = [
    'value',
    ...(bias ? ['bias[n]'] : []),
    ...(residual ? [`residual[(z * ${m} + m) * ${n} + n]`] : []),
  ];
  const value = splits === 1 ? terms.join(' + ') : 'value';
  return tiledGemm({
    m,
    n,
    k,
    batch,
    splits,
    head: bindings(...names),
    a: `return a[${spec.sharedA ? '' : `z * ${m * k} + `}${spec.transposeA ? `k * ${m} + m` : `m * ${k} + k`}];`,
    b: `return b[${spec.sharedB ? '' : `z * ${k * n} + `}${spec.transposeB ? `n * ${k} + k` : `k * ${n} + n`}];`,
    aAlongK: !spec.transposeA,
    bAlongK: spec.transposeB,
    half,
    store: `let q = ${value};
  y[(s * ${batch} + z) * ${size} + m * ${n} + n] = ${spec.relu && splits === 1 ? 'select(q, 0.0, q < 0.0)' : 'q'};`,
    ...(columnSums
      ? { columnSums: splits === 1 ? 'sums[n] = value;' : `y[s * ${size} + ${m * n} + n] = value;` }
      : {}),
  });
}

/** WGSL and workgroups; the second pass of a split product is `splitsPlan`. */
export const matmulPlan = (spec: MatmulSpec, form: Variant): { code: string; groups: Workgroups } =>
  form === 'direct' ? matmulDirect(spec) : tiled(spec, form === 'half' ? halfStorage() : undefined);

/** What is added to a product: something of its columns, something of its shape. */
interface Added {
  readonly bias?: TensorInfo | undefined;
  readonly residual?: TensorInfo | undefined;
}

/** The form of a product: rounded operands where asked for, else the faster of the others. */
function productForm(given: Given, shapes: readonly number[][], added: Added): Variant {
  if (wantsHalf()) return 'half';
  const { m, n, k, batch = 1, transposeA: ta = false, transposeB: tb = false } = given;
  return formOf({
    kernel: `matmul-${ta ? 't' : 'n'}${tb ? 't' : 'n'}`,
    size: [m, n, k, batch],
    forms: ['direct', 'tiled'],
    launch(gpu, form) {
      const a = gpu.output([batch, m, k]);
      const b = gpu.output([batch, k, n]);
      const more = {
        ...(added.bias ? { bias: gpu.output([n]) } : {}),
        ...(added.residual ? { residual: gpu.output([batch, m, n]) } : {}),
      };
      const made = runMatmul(gpu, a, b, given, shapes, more, form);
      release(gpu, a, b, ...Object.values(more), ...made);
    },
  });
}

/**
 * Runs a product. `shapes` holds the result's shape and, with `columnSums`, theirs.
 * @returns the result and, with `columnSums`, the sums `[n]`.
 */
export function runMatmul(
  gpu: Gpu,
  a: TensorInfo,
  b: TensorInfo,
  given: Given,
  shapes: readonly number[][],
  added: Added = {},
  form = productForm(given, shapes, added),
  into: Places = [],
): TensorInfo[] {
  const { bias, residual } = added;
  const spec = matmulSpec({ ...given, bias: bias !== undefined, residual: residual !== undefined }, form);
  const { m, n, batch, splits } = spec;
  const { code, groups } = matmulPlan(spec, form);
  if (splits === 1) {
    const outputs = outputsAt(gpu, shapes, into);
    const [y, ...sums] = outputs as [TensorInfo, ...TensorInfo[]];
    const read = [bias, residual].filter((tensor) => tensor !== undefined);
    gpu.run('matmul', code, [a, b, y, ...read, ...sums], groups);
    return outputs;
  }
  const count = batch * m * n + (spec.columnSums ? n : 0);
  const part = gpu.output([splits, count]);
  gpu.run('matmul', code, [a, b, part], groups);
  const epilogue = { bias: bias && { tensor: bias, columns: n }, residual, relu: spec.relu };
  const later = !bias && !residual && !spec.relu;
  return sumSplits(gpu, part, { splits, count, later, ...epilogue }, shapes, into);
}

interface BatchAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function batchMatmul(gpu: Gpu, a: TensorInfo, b: TensorInfo, attrs: BatchAttrs): TensorInfo | undefined {
  const { transposeA, transposeB } = attrs;
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const [deep, columns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [inner, rows] : [rows, inner];
  const n = transposeB ? deep : columns;
  const [batchA, batchB] = [product(a.shape.slice(0, -2)), product(b.shape.slice(0, -2))];
  if (batchA !== batchB && batchA !== 1 && batchB !== 1) return undefined;
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || !(batchA * m * n * k)) return undefined;
  const batch = Math.max(batchA, batchB);
  const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shared = { sharedA: batchA < batch, sharedB: batchB < batch };
  const spec = { m, n, k, batch, transposeA, transposeB, ...shared };
  return runMatmul(gpu, a, b, spec, [[...outer, m, n]])[0];
}

/** dy where y > 0: the gradient that passes a ReLU. */
export function reluMask(gpu: Gpu, dy: TensorInfo, y: TensorInfo): TensorInfo {
  const { lanes, type } = lanesOf(product(y.shape));
  const n = product(y.shape) / lanes;
  const out = gpu.output(y.shape);
  const code = `${bindings(`dy: ${type}`, `y: ${type}`, `dx: ${type}!`)}${main(n)}
  dx[idx] = select(${type}(), dy[idx], y[idx] > ${type}());
}`;
  gpu.run('relu-mask', code, [dy, y, out], cover(n));
  return out;
}

interface DenseAttrs {
  readonly relu: boolean;
  /** The bias as the optimiser knows it: the tape hands the gradient its inputs only. */
  readonly biasId: TensorInfo['dataId'] | undefined;
}

/**
 * `x` `[rows, k]` times `weight` `[k, n]`, plus `bias` `[n]` and `residual` `[rows, n]`, with an optional ReLU. On the
 * tape.
 */
export const denseKernel = (
  x: Tensor2D,
  weight: Tensor,
  bias: Tensor | undefined,
  relu: boolean,
  residual?: Tensor2D,
): Tensor2D => call('Dense', { x, weight, bias, residual }, { relu, biasId: bias?.dataId })[0] as Tensor2D;

export function registerMatmul(gpu: Gpu): void {
  register<BatchAttrs>(
    'BatchMatMul',
    ({ a, b }, attrs, stock) => batchMatmul(gpu, a as TensorInfo, b as TensorInfo, attrs) ?? stock(),
  );
  register<DenseAttrs>('Dense', ({ x, weight, bias, residual }, { relu }) => {
    const [m, k] = (x as TensorInfo).shape as [number, number];
    const n = (weight as TensorInfo).shape[1] as number;
    const added = { bias, residual };
    return runMatmul(gpu, x as TensorInfo, weight as TensorInfo, { m, n, k, relu }, [[m, n]], added);
  });
  register('ReluMask', ({ dy, y }) => reluMask(gpu, dy as TensorInfo, y as TensorInfo));
  register<{ into: Places }>('DenseGradient', ({ x, dy }, { into }) => {
    const [k, m] = (x as TensorInfo).shape as [number, number];
    const n = (dy as TensorInfo).shape[1] as number;
    const spec = { m, n, k, transposeA: true, columnSums: true };
    return runMatmul(gpu, x as TensorInfo, dy as TensorInfo, spec, [[m, n], [n]], {}, undefined, into);
  });
  gradient<DenseAttrs>(
    'Dense',
    { inputs: ['x', 'weight'], outputs: [true] },
    (dy, [x, weight, y], { relu, biasId }) => {
      const masked = (relu ? call('ReluMask', { dy, y }, {})[0] : dy) as Tensor2D;
      const into = [claimPlace((weight as Tensor).dataId), claimPlace(biasId)];
      const [dWeight, dBias] = call('DenseGradient', { x, dy: masked }, { into }) as [Tensor, Tensor];
      return {
        x: () => tf.matMul(masked, weight as Tensor2D, false, true),
        weight: () => dWeight,
        bias: () => dBias,
        // A new handle where it is dy itself: the tape disposes of what it adds up.
        residual: () => tf.reshape(masked, masked.shape),
      };
    },
  );
}
