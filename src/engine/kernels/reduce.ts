/**
 * Sums and means over any axes, the sum of partial results of other kernels, and the gradient of both: one value
 * spread over the axes it was summed from. No atomics: the order of additions is fixed by the shapes.
 */

import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu, Workgroups } from '../gpu';
import type { Tensor } from '../types';
import { formOf, type Variant } from '../variants';
import { bindings, cover, f32, main } from '../wgsl';
import { exchange, groupSize, mainOfGroup } from './exchange';
import { call, gradient, type KernelCard, lanesOf, product, register, release, reshaped } from './kernel';
import { sumSplits } from './splits';

export const card: KernelCard = {
  id: 'reduce',
  summary: 'Sum and mean over axes, in one or two dispatches, and their gradients.',
  shapes:
    'float32, any rank; axes in one run take one pass, axes apart one pass per run, axes of size 1 none. Other types: stock.',
  variants: ['direct', 'tiled', 'subgroup'],
};

/** A reduction seen as `[outer, reduce, inner]` -> `[outer, inner]`. */
export interface Block {
  readonly outer: number;
  readonly reduce: number;
  readonly inner: number;
}

/** The runs of neighbouring reduced axes, last first; axes of size 1 neither split nor make a run. */
export function reduceBlocks(shape: readonly number[], axes: readonly number[]): Block[] {
  const runs: { size: number; reduced: boolean }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const reduced = axes.includes(axis);
    const last = runs.at(-1);
    if (last?.reduced === reduced) last.size *= size;
    else runs.push({ size, reduced });
  });
  const blocks: Block[] = [];
  let outer = product(shape);
  let inner = 1;
  for (const { size, reduced } of runs.reverse()) {
    outer /= size;
    if (reduced) blocks.push({ outer, reduce: size, inner });
    else inner *= size;
  }
  return blocks;
}

/** Sum or mean of one block in float64. `divisor` 1 gives the sum. */
export function reduceTwin(x: ArrayLike<number>, { outer, reduce, inner }: Block, divisor = 1): Float64Array {
  const out = new Float64Array(outer * inner);
  for (let o = 0; o < outer; o++)
    for (let r = 0; r < reduce; r++)
      for (let i = 0; i < inner; i++)
        out[o * inner + i]! += (x[(o * reduce + r) * inner + i] as number) / divisor;
  return out;
}

/** The gradient of the same. */
export function spreadTwin(
  dy: ArrayLike<number>,
  { outer, reduce, inner }: Block,
  divisor = 1,
): Float64Array {
  const out = new Float64Array(outer * reduce * inner);
  for (let k = 0; k < out.length; k++) {
    const o = Math.floor(k / (reduce * inner));
    out[k] = (dy[o * inner + (k % inner)] as number) / divisor;
  }
  return out;
}

interface Plan {
  readonly splits: number;
  readonly code: string;
  readonly groups: Workgroups;
}

/** How often to split a loop of `length` that `threads` invocations would run. */
export function splitsFor(threads: number, length: number, form: Variant): number {
  const [target, least, most] = form !== 'direct' ? [16384, 8, 512] : [512, 16, 64];
  let splits = 1;
  while (threads * splits < target && length / (splits * 2) >= least && splits < most) splits *= 2;
  return splits;
}

/** One workgroup for a row of `length` elements, or for each of several shares of it. */
function groupedRows(outer: number, length: number, vector: boolean, divisor: number): Plan {
  const size = groupSize(length, 'subgroup');
  let splits = 1;
  while (outer * splits < 64 && length / (splits * 2) >= 4 * size) splits *= 2;
  const type = vector ? 'vec4f' : 'f32';
  const all = `total(lane, ${vector ? 'dot(sum, vec4f(1.0))' : 'sum'})`;
  const value = splits === 1 && divisor !== 1 ? `all / ${f32(divisor)}` : 'all';
  const code = `${bindings(`x: ${type}`, 'y: f32!')}${exchange('total', 'f32', size, 'subgroup')}
${mainOfGroup(outer * splits, size)}  let o = item % ${outer};
  let s = item / ${outer};
  var sum = ${type}();
  for (var r = s * ${size} + lane; r < ${length}; r += ${splits * size}) { sum += x[o * ${length} + r]; }
  let all = ${all};
  if (lane == 0) { y[item] = ${value}; }
}`;
  return { splits, code, groups: cover(outer * splits, 1) };
}

/** WGSL that sums one block; with several splits it writes `[splits, outer * inner]` partial sums. */
export function reducePlan({ outer, reduce, inner }: Block, divisor: number, form: Variant): Plan {
  const rows = inner === 1 && reduce % 4 === 0;
  const { lanes, type } = rows ? lanesOf(4) : lanesOf(inner);
  const length = rows ? reduce / 4 : reduce;
  const width = rows ? 1 : inner / lanes;
  if (form === 'subgroup' && inner === 1) return groupedRows(outer, length, rows, divisor);
  const splits = splitsFor(outer * width, length, form);
  const per = Math.ceil(length / splits);
  // Neighbouring invocations read neighbouring values on a GPU; a CPU wants each to walk along memory.
  const range =
    form !== 'direct'
      ? `var r = s; r < ${length}; r += ${splits}`
      : `var r = s * ${per}; r < min(${length}, (s + 1) * ${per}); r++`;
  const n = outer * width * splits;
  const total = rows ? 'dot(sum, vec4f(1.0))' : 'sum';
  const value = splits === 1 && divisor !== 1 ? `${total} / ${f32(divisor)}` : total;
  const code = `${bindings(`x: ${type}`, `y: ${rows ? 'f32' : type}!`)}${main(n)}
  let i = idx % ${width}; ${form !== 'direct' ? `let s = (idx / ${width}) % ${splits}; let o = idx / ${width * splits};` : `let o = (idx / ${width}) % ${outer}; let s = idx / ${width * outer};`}
  let base = o * ${length * width} + i;
  var sum = ${type}();
  for (${range}) { sum += x[base + r * ${width}]; }
  y[(s * ${outer} + o) * ${width} + i] = ${value};
}`;
  return { splits, code, groups: cover(n) };
}

/** `[outer, reduce, inner]` summed over its middle axis and divided. */
export function reduceBlock(
  gpu: Gpu,
  x: TensorInfo,
  block: Block,
  divisor: number,
  shape: number[],
): TensorInfo {
  return reduceAs(gpu, x, block, divisor, shape, sumForm(block));
}

/** The form in which a block is summed. Columns have no use for subgroups: neighbours belong to other sums. */
const sumForm = (block: Block): Variant =>
  formOf({
    kernel: 'reduce',
    size: [block.outer, block.reduce, block.inner],
    forms: block.inner === 1 ? ['direct', 'tiled', 'subgroup'] : ['direct', 'tiled'],
    launch(gpu, form) {
      const x = gpu.output([block.outer, block.reduce, block.inner]);
      release(gpu, x, reduceAs(gpu, x, block, 1, [block.outer, block.inner], form));
    },
  });

function reduceAs(
  gpu: Gpu,
  x: TensorInfo,
  block: Block,
  divisor: number,
  shape: number[],
  form: Variant,
): TensorInfo {
  const { splits, code, groups } = reducePlan(block, divisor, form);
  const count = block.outer * block.inner;
  const out = gpu.output(splits > 1 ? [splits, count] : shape);
  gpu.run('reduce', code, [x, out], groups);
  if (splits === 1) return out;
  return sumSplits(gpu, out, { splits, count, divisor }, [shape])[0] as TensorInfo;
}

/** Sum of `x` `[rows, columns]` over its rows. */
export const columnSums = (gpu: Gpu, x: TensorInfo, rows: number, columns: number): TensorInfo =>
  reduceBlock(gpu, x, { outer: 1, reduce: rows, inner: columns }, 1, [columns]);

interface ReduceAttrs {
  readonly axis: number | number[] | null;
  readonly keepDims: boolean;
}

function reduceAxes(
  gpu: Gpu,
  x: TensorInfo,
  blocks: readonly Block[],
  divisor: number,
  shape: number[],
): TensorInfo {
  let current = x;
  blocks.forEach((block, i) => {
    const last = i === blocks.length - 1;
    const to = last ? shape : [block.outer, block.inner];
    const next = reduceBlock(gpu, current, block, last ? divisor : 1, to);
    if (current !== x) release(gpu, current);
    current = next;
  });
  return current;
}

function reduction(mean: boolean, gpu: Gpu) {
  return (
    { x }: Record<string, TensorInfo>,
    { axis, keepDims }: ReduceAttrs,
    stock: () => TensorInfo | TensorInfo[],
  ) => {
    const input = x as TensorInfo;
    const axes = tf.util.parseAxisParam(axis as number[], input.shape);
    const blocks = reduceBlocks(input.shape, axes);
    if (input.dtype !== 'float32' || product(input.shape) === 0) return stock();
    const [shape, reduced] = tf.backend_util.computeOutAndReduceShapes(input.shape, axes);
    const out = keepDims ? tf.backend_util.expandShapeToKeepDim(shape, axes) : shape;
    if (blocks.length === 0) return reshaped(gpu, input, out);
    return reduceAxes(gpu, input, blocks, mean ? product(reduced) : 1, out);
  };
}

interface SpreadAttrs extends Block {
  readonly shape: number[];
  readonly divisor: number;
}

/** WGSL of the gradient of a sum or mean. */
export function spreadPlan(
  { outer, reduce, inner }: Block,
  divisor: number,
): { code: string; groups: Workgroups } {
  const rows = inner === 1 && reduce % 4 === 0;
  const { lanes, type } = rows ? lanesOf(4) : lanesOf(inner);
  const width = rows ? 1 : inner / lanes;
  const length = rows ? reduce / 4 : reduce;
  const n = outer * length * width;
  const value = rows ? 'vec4f(x[o])' : `x[o * ${width} + idx % ${width}]`;
  const code = `${bindings(`x: ${rows ? 'f32' : type}`, `y: ${type}!`)}${main(n)}
  let o = idx / ${length * width};
  y[idx] = ${value}${divisor === 1 ? '' : ` / ${f32(divisor)}`};
}`;
  return { code, groups: cover(n) };
}

/** The gradient of a sum or mean over one block: on the tape, so that it has a gradient itself. */
export const spread = (dy: Tensor, shape: number[], block: Block, divisor: number): Tensor =>
  call('Spread', { x: dy }, { ...block, shape, divisor })[0] as Tensor;

export function registerReduce(gpu: Gpu): void {
  register<ReduceAttrs>('Sum', reduction(false, gpu));
  register<ReduceAttrs>('Mean', reduction(true, gpu));
  register<SpreadAttrs>('Spread', ({ x }, attrs) => {
    const out = gpu.output(attrs.shape);
    const { code, groups } = spreadPlan(attrs, attrs.divisor);
    gpu.run('spread', code, [x as TensorInfo, out], groups);
    return out;
  });
  gradient<SpreadAttrs>('Spread', { inputs: ['x'] }, (dy, [x], { outer, reduce, inner, divisor }) => ({
    x: () => {
      const sum = tf.sum(tf.reshape(dy, [outer, reduce, inner]), 1);
      return tf.reshape(divisor === 1 ? sum : tf.div(sum, divisor), (x as Tensor).shape);
    },
  }));
}
