/**
 * Gradients of stock ops, registered again: of Sum and Mean, which upload full-size constants from JavaScript, and of
 * average pooling, which divides by the whole window where the forward pass counts only pixels inside the image. Those of
 * filters may be written straight to their places.
 */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
import { claimPlace } from './gradient-places';
import { type PoolAttrs, poolShape } from './kernels/pool';
import { reduceBlocks, spread } from './kernels/reduce';
import type { Tensor } from './types';

/** The gradient of a sum (or mean, with a divisor) over `axes`: dy / divisor, repeated along them. */
function spreadOver(dy: Tensor, shape: number[], axes: readonly number[], divisor: number): Tensor {
  const blocks = reduceBlocks(shape, axes);
  const [block] = blocks;
  if (block && blocks.length === 1 && gpu()) return spread(dy, shape, block, divisor);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const repeats = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  const share = divisor === 1 ? dy : tf.div(dy, divisor);
  return tf.tile(tf.reshape(share, kept), repeats);
}

function register(kernelName: 'Sum' | 'Mean'): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => {
      const { shape } = x as Tensor;
      const axes = tf.util.parseAxisParam(attrs['axis'] as number[], shape);
      const divisor = kernelName === 'Mean' ? axes.reduce((n, axis) => n * (shape[axis] as number), 1) : 1;
      return { x: () => spreadOver(dy as Tensor, shape, axes, divisor) };
    },
  });
}

/** Size of the whole window over the pixels of it inside the image, `[1, oh, ow, 1]`; undefined where always 1. */
function windowShares(input: number[], attrs: PoolAttrs): Tensor | undefined {
  const p = poolShape(input, attrs);
  const inside = (at: number, stride: number, before: number, window: number, size: number) =>
    Math.min(size, at * stride - before + window) - Math.max(0, at * stride - before);
  const whole = p.windowHeight * p.windowWidth;
  const shares = Float32Array.from({ length: p.outHeight * p.outWidth }, (_, i) => {
    const rows = inside(Math.floor(i / p.outWidth), p.strideHeight, p.top, p.windowHeight, p.height);
    return whole / (rows * inside(i % p.outWidth, p.strideWidth, p.left, p.windowWidth, p.width));
  });
  return shares.every((v) => v === 1) ? undefined : tf.tensor4d(shares, [1, p.outHeight, p.outWidth, 1]);
}

function registerAveragePool(): void {
  tf.registerGradient({
    kernelName: 'AvgPool',
    inputsToSave: ['x'],
    gradFunc: (dy, [input], given) => {
      const x = input as Tensor;
      const attrs = given as unknown as PoolAttrs;
      return {
        x: () => {
          const shares = gpu() ? undefined : windowShares(x.shape, attrs);
          const scaled = shares ? tf.mul(dy as Tensor, shares) : (dy as Tensor);
          return tf.engine().runKernel('AvgPoolGrad', { dy: scaled, input: x }, given) as Tensor;
        },
      };
    },
  });
}

/** Filter gradients on our backend go where the optimiser wants them. */
function registerFilterGradient(config: tf.GradConfig): void {
  tf.registerGradient({
    ...config,
    gradFunc: (dy, saved, attrs) => {
      const made = config.gradFunc(dy, saved, attrs);
      if (!gpu()) return made;
      const [x, filter] = saved as [Tensor, Tensor];
      const run = () => {
        const more = { filterShape: filter.shape, into: claimPlace(filter.dataId) };
        const wanted = { ...attrs, ...more } as unknown as tf.NamedAttrMap;
        return tf
          .engine()
          .runKernel(`${config.kernelName}BackpropFilter`, { x, dy: dy as Tensor }, wanted) as Tensor;
      };
      return { ...made, filter: run };
    },
  });
}

/** The stock gradients, before they are stood in for. */
let stock: readonly tf.GradConfig[] | undefined;

/** Call once after TensorFlow.js's own gradients are registered; good for every backend. */
export function fixGradients(): void {
  register('Sum');
  register('Mean');
  registerAveragePool();
  stock ??= [tf.getGradient('Conv2D'), tf.getGradient('DepthwiseConv2dNative')];
  for (const config of stock) registerFilterGradient(config);
}
