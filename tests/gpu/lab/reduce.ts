import * as tf from '@tensorflow/tfjs-core';
import { extremesTwin } from '../../../src/engine/kernels/extremes';
import { reduceBlocks, reduceTwin, spreadTwin } from '../../../src/engine/kernels/reduce';
import type { Bench, Check } from './lab';

interface ReduceShape {
  readonly shape: number[];
  readonly axes: number[];
  readonly mean?: boolean;
  readonly keep?: boolean;
  readonly special?: boolean;
}

/** Applies the blocks one after another, as the kernel does, in float64. */
function twin(x: ArrayLike<number>, { shape, axes, mean }: ReduceShape): ArrayLike<number> {
  const divisor = mean ? axes.reduce((n, axis) => n * (shape[axis] as number), 1) : 1;
  const blocks = reduceBlocks(shape, axes);
  return blocks.reduce<ArrayLike<number>>(
    (values, block, i) => reduceTwin(values, block, i === blocks.length - 1 ? divisor : 1),
    x,
  );
}

async function reduce(bench: Bench, spec: ReduceShape): Promise<void> {
  const { shape, axes, mean, keep = false, special } = spec;
  const n = shape.reduce((a, b) => a * b, 1);
  const x = bench.values(n, special);
  const run = (t: tf.Tensor) => (mean ? tf.mean(t, axes, keep) : tf.sum(t, axes, keep));
  const input = bench.tensor(x, shape);
  const out = run(input);
  await bench.compare('sum', out.clone(), twin(x, spec));
  const dy = bench.values(out.size);
  const seed = bench.tensor(dy, out.shape);
  const [block] = reduceBlocks(shape, axes);
  if (block && reduceBlocks(shape, axes).length === 1) {
    const divisor = mean ? block.reduce : 1;
    await bench.compare('gradient', tf.grad(run)(input, seed), spreadTwin(dy, block, divisor));
  }
  for (const t of [input, out, seed]) t.dispose();
}

/** Maxima and minima and their places. Special numbers are for values only: of places, NaN is none. */
async function extremes(bench: Bench, spec: ReduceShape): Promise<void> {
  const { shape, axes, special } = spec;
  const x = bench.values(
    shape.reduce((a, b) => a * b, 1),
    special,
  );
  const input = bench.tensor(x, shape);
  const [block] = reduceBlocks(shape, axes);
  const [axis] = axes;
  await bench.compare('max', tf.max(input, axes), extremesTwin(x, block!, { sign: '>', place: false }));
  await bench.compare('min', tf.min(input, axes), extremesTwin(x, block!, { sign: '<', place: false }));
  if (axes.length > 1 || special) return;
  const [most, least] = [tf.argMax(input, axis), tf.argMin(input, axis)];
  await bench.compare('most', tf.cast(most, 'float32'), extremesTwin(x, block!, { sign: '>', place: true }));
  await bench.compare(
    'least',
    tf.cast(least, 'float32'),
    extremesTwin(x, block!, { sign: '<', place: true }),
  );
}

export const reduceChecks: Record<string, Check<never>> = {
  reduce: reduce as Check<never>,
  extremes: extremes as Check<never>,
};
