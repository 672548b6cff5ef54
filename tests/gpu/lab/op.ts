/** Holds an op of the engine, its value and its gradients, against a float64 twin. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../../../src/engine/types';
import type { Bench, Report } from './lab';

/** What a twin answers: the value and, input by input, the gradient of sum(dy value). */
export interface Expected {
  readonly value: Float64Array;
  readonly gradients: readonly (Float64Array | undefined)[];
}

export interface OpCheck {
  readonly inputs: readonly { readonly values: Float32Array; readonly shape: readonly number[] }[];
  readonly op: (inputs: Tensor[]) => Tensor;
  /** `dy` has the shape of the value. */
  readonly twin: (inputs: Float64Array[], dy: Float64Array) => Expected;
}

/** Largest difference over the largest expected entry; NaN and infinities must agree. */
function worst(what: string, got: ArrayLike<number>, want: Float64Array): Report {
  let scale = 1e-12;
  for (const w of want) if (Number.isFinite(w)) scale = Math.max(scale, Math.abs(w));
  let report: Report = {
    what,
    error: got.length === want.length ? 0 : Infinity,
    at: 0,
    got: got[0]!,
    want: want[0]!,
  };
  want.forEach((b, i) => {
    const a = got[i] as number;
    const same = Number.isNaN(b) ? Number.isNaN(a) : a === b;
    const error = same ? 0 : Number.isFinite(a - b) ? Math.max(0, Math.abs(a - b) - 1e-7) / scale : Infinity;
    if (error > report.error) report = { what, error, at: i, got: a, want: b };
  });
  return report;
}

/** Value (twice: bit for bit the same), gradients, and no tensor left over. */
export async function checkOp(bench: Bench, { inputs, op, twin }: OpCheck): Promise<void> {
  const before = tf.memory().numTensors;
  const tensors = inputs.map(({ values, shape }) => bench.tensor(values, shape));
  const value = tf.tidy(() => op(tensors));
  const again = tf.tidy(() => op(tensors));
  const weights = bench.values(value.size);
  const dy = bench.tensor(weights, value.shape);
  const gradients = tf.grads((...xs: Tensor[]) => op(xs))(tensors, dy) as Tensor[];
  const want = twin(
    inputs.map(({ values }) => Float64Array.from(values)),
    Float64Array.from(weights),
  );
  const first = await value.data();
  bench.reports.push(worst('value', first, want.value));
  bench.reports.push(worst('second run', await again.data(), Float64Array.from(first)));
  for (const [i, expected] of want.gradients.entries())
    if (expected) bench.reports.push(worst(`gradient ${i}`, await gradients[i]!.data(), expected));
  tf.dispose([tensors, value, again, dy, gradients]);
  const left = tf.memory().numTensors - before;
  if (left) throw new Error(`${left} tensors left over`);
}

/** Gradient by row times dy of the row, or times one dy for the mean of the rows. */
export function byRow(gradient: Float64Array, width: number, dy: Float64Array, mean: boolean): Float64Array {
  const rows = gradient.length / width;
  return gradient.map((g, j) => (mean ? (g * dy[0]!) / rows : g * dy[Math.floor(j / width)]!));
}
