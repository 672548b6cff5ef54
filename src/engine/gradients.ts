/** Gradients of stock ops that upload full-size constants from JavaScript, registered again without that. */
import * as tf from '@tensorflow/tfjs-core';
import { gpu } from './gpu';
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

/** Call once after TensorFlow.js's own gradients are registered; good for every backend. */
export function fixGradients(): void {
  register('Sum');
  register('Mean');
}
