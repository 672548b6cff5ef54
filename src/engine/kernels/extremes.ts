/**
 * Maxima and minima over axes, and where they are. The stock programs give each to a workgroup that waits at barriers,
 * which software adapters pay dearly for: there an invocation looks through its own values.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from '../gpu';
import { variant } from '../variants';
import { bindings, cover, main } from '../wgsl';
import { type Inputs, type KernelCard, type Outputs, product, register } from './kernel';
import { type Block, reduceBlocks } from './reduce';

export const card: KernelCard = {
  id: 'extremes',
  summary:
    'Maximum and minimum over axes, NaN if one is NaN, and the place of the first of them. No gradient of its own.',
  shapes: 'float32, axes in one run, on software adapters. All else: stock.',
  variants: ['direct'],
};

/** What is looked for. */
export interface Search {
  readonly sign: '>' | '<';
  /** Where it is, in place of what it is. */
  readonly place: boolean;
}

function code({ outer, reduce, inner }: Block, { sign, place }: Search): string {
  const better = place
    ? `own ${sign} best`
    : `own ${sign} best || (bitcast<u32>(own) & 0x7fffffffu) > 0x7f800000u`;
  return `${bindings('x: f32', place ? 'y: i32!' : 'y: f32!')}${main(outer * inner)}
  let base = (idx / ${inner}) * ${reduce * inner} + idx % ${inner};
  var best = x[base];
  var at = 0;
  for (var r = 1; r < ${reduce}; r++) {
    let own = x[base + r * ${inner}];
    if (${better}) { best = own; at = r; }
  }
  y[idx] = ${place ? 'at' : 'best'};
}`;
}

/** The same on the CPU, `[outer, reduce, inner]` to `[outer, inner]`. */
export function extremesTwin(
  x: ArrayLike<number>,
  { outer, reduce, inner }: Block,
  { sign, place }: Search,
): Float64Array {
  return Float64Array.from({ length: outer * inner }, (_, i) => {
    const base = Math.floor(i / inner) * reduce * inner + (i % inner);
    let at = 0;
    for (let r = 1; r < reduce; r++) {
      const [own, best] = [x[base + r * inner] as number, x[base + at * inner] as number];
      if (sign === '>' ? own > best : own < best) at = r;
      else if (!place && Number.isNaN(own)) at = r;
    }
    return place ? at : (x[base + at * inner] as number);
  });
}

interface Attrs {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

const search =
  (gpu: Gpu, name: string, wanted: Search) =>
  ({ x }: Inputs, attrs: Attrs, stock: () => Outputs): Outputs => {
    const input = x as TensorInfo;
    const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number[], input.shape);
    const blocks = reduceBlocks(input.shape, axes);
    const taken = input.dtype === 'float32' && blocks.length === 1 && product(input.shape) > 0;
    if (!taken || variant() !== 'direct') return stock();
    const [reduced] = tf.backend_util.computeOutAndReduceShapes(input.shape, axes);
    const shape = attrs.keepDims ? tf.backend_util.expandShapeToKeepDim(reduced, axes) : reduced;
    const out = gpu.output(shape, wanted.place ? 'int32' : 'float32');
    const [block] = blocks as [Block];
    gpu.run(name, code(block, wanted), [input, out], cover(block.outer * block.inner));
    return out;
  };

export function registerExtremes(gpu: Gpu): void {
  for (const [kernel, wanted] of [
    ['Max', { sign: '>', place: false }],
    ['Min', { sign: '<', place: false }],
    ['ArgMax', { sign: '>', place: true }],
    ['ArgMin', { sign: '<', place: true }],
  ] as const)
    register<Attrs>(kernel, search(gpu, kernel, wanted));
}
