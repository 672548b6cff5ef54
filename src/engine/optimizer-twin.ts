/** The optimisers' rules on the CPU in float64, written from their papers: what every executor is held to. */
import type { OptimizerValues } from '../core/config';
import { ADAM, learningRate } from './optimizers';

/** Weights after applying `gradients` one step after another, `total` planned steps. */
export function optimizerTwin(
  weights: ArrayLike<number>,
  gradients: readonly ArrayLike<number>[],
  values: OptimizerValues,
  total: number,
): Float64Array {
  const w = Float64Array.from(Array.from(weights));
  const m = new Float64Array(w.length);
  const v = new Float64Array(w.length);
  gradients.forEach((raw, step) => {
    const rate = learningRate(values, step, total);
    let squares = 0;
    for (let i = 0; i < w.length; i++) squares += raw[i]! ** 2;
    const norm = Math.sqrt(squares);
    const scale = values.clip > 0 && norm > values.clip ? values.clip / norm : 1;
    for (let i = 0; i < w.length; i++) {
      const g = raw[i]! * scale + (values.kind === 'adamw' ? 0 : values.weightDecay * w[i]!);
      if (values.kind === 'sgd') {
        m[i] = values.momentum * m[i]! + g;
        w[i]! -= rate * (values.nesterov ? g + values.momentum * m[i]! : m[i]!);
        continue;
      }
      m[i] = ADAM.beta1 * m[i]! + (1 - ADAM.beta1) * g;
      v[i] = ADAM.beta2 * v[i]! + (1 - ADAM.beta2) * g * g;
      if (values.kind === 'adamw') w[i]! -= rate * values.weightDecay * w[i]!;
      const first = m[i]! / (1 - ADAM.beta1 ** (step + 1));
      const second = v[i]! / (1 - ADAM.beta2 ** (step + 1));
      w[i]! -= (rate * first) / (Math.sqrt(second) + ADAM.epsilon);
    }
  });
  return w;
}
