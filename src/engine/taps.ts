/** Values of inner activations, and how a score changes with them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from './types';
import { readTensor } from './weights';

export interface TapReading {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
  /** d score / d tap; undefined where the score does not depend on it. */
  readonly gradient: Float32Array<ArrayBuffer> | undefined;
}

/**
 * Runs `forward` once and differentiates its score with respect to every tap: the gradient the engine would use in
 * training, stopped at the taps.
 */
export async function readTaps(
  forward: () => { readonly score: Scalar; readonly taps: Readonly<Record<string, Tensor>> },
): Promise<Record<string, TapReading>> {
  const held = tf.tidy(() => {
    // The tape asks for its inputs only after the forward pass: by then they are the taps.
    const inputs: Tensor[] = [tf.scalar(0)];
    let names: readonly string[] = [];
    let values: readonly Tensor[] = [];
    const { grads, value } = tf.engine().gradients(
      () => {
        const { score, taps } = forward();
        names = Object.keys(taps);
        inputs.splice(0, inputs.length, ...Object.values(taps));
        values = inputs.map((tap) => tf.keep(tap.clone()));
        return score;
      },
      inputs,
      undefined,
      true,
    );
    value.dispose();
    return names.map((name, i) => {
      const gradient = grads[i] as Tensor | null | undefined;
      return { name, value: values[i]!, gradient: gradient ? tf.keep(gradient) : undefined };
    });
  });
  const out: Record<string, TapReading> = {};
  for (const { name, value, gradient } of held) {
    out[name] = {
      shape: value.shape.slice(1),
      values: await readTensor(value),
      gradient: gradient && (await readTensor(gradient)),
    };
    value.dispose();
    gradient?.dispose();
  }
  return out;
}

/** Pictures `[1, height, width, channels]` of bytes, standardised as those of the data. */
export function pictureTensor(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  { mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] },
): tf.Tensor4D {
  const values = Float32Array.from(pixels, (value, i) => (value - mean[i % channels]!) / std[i % channels]!);
  return tf.tensor4d(values, [1, height, width, channels]);
}

/** The numbers of what `make` returns; everything else made inside is freed. */
export async function valuesOf(make: () => Tensor): Promise<Float32Array<ArrayBuffer>> {
  const made = tf.tidy(make);
  const values = await readTensor(made);
  made.dispose();
  return values;
}
