/** Batch normalisation in float64, for tests. */

export interface NormTwin {
  readonly rows: number;
  readonly channels: number;
  readonly relu: boolean;
  readonly epsilon: number;
  readonly scale?: ArrayLike<number> | undefined;
  readonly shift?: ArrayLike<number> | undefined;
  readonly residual?: ArrayLike<number> | undefined;
  /** Running mean and variance; without them the batch's own (biased variance). */
  readonly running?: readonly [ArrayLike<number>, ArrayLike<number>] | undefined;
}

interface Statistics {
  readonly mean: Float64Array;
  /** Biased. */
  readonly variance: Float64Array;
}

/** Statistics of a channel that holds NaN or an infinity are NaN: the mean is built up by differences. */
function statisticsOf(x: ArrayLike<number>, { rows, channels, running }: NormTwin): Statistics {
  if (running) return { mean: Float64Array.from(running[0]), variance: Float64Array.from(running[1]) };
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let i = 0; i < rows * channels; i++) mean[i % channels]! += (x[i] as number) / rows;
  mean.forEach((v, c) => {
    if (!Number.isFinite(v)) mean[c] = Number.NaN;
  });
  for (let i = 0; i < rows * channels; i++) {
    const d = (x[i] as number) - (mean[i % channels] as number);
    variance[i % channels]! += (d * d) / rows;
  }
  return { mean, variance };
}

/** The output and the statistics it used. */
export function batchNormTwin(x: ArrayLike<number>, t: NormTwin): Statistics & { y: Float64Array } {
  const { mean, variance } = statisticsOf(x, t);
  const y = Float64Array.from({ length: t.rows * t.channels }, (_, i) => {
    const c = i % t.channels;
    const normal = ((x[i] as number) - (mean[c] as number)) / Math.sqrt((variance[c] as number) + t.epsilon);
    const v = normal * (t.scale?.[c] ?? 1) + (t.shift?.[c] ?? 0) + (t.residual?.[i] ?? 0);
    return t.relu && v < 0 ? 0 : v;
  });
  return { y, mean, variance };
}

/** Gradients of the same. */
export function batchNormGradientTwin(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  t: NormTwin,
): Record<'x' | 'scale' | 'shift' | 'residual', Float64Array> {
  const { y, mean, variance } = batchNormTwin(x, t);
  const inverse = variance.map((v) => 1 / Math.sqrt(v + t.epsilon));
  const normal = (i: number) =>
    ((x[i] as number) - (mean[i % t.channels] as number)) * (inverse[i % t.channels] as number);
  const residual = Float64Array.from(dy, (d, i) => (t.relu && !((y[i] as number) > 0) ? 0 : d));
  const scale = new Float64Array(t.channels);
  const shift = new Float64Array(t.channels);
  residual.forEach((d, i) => {
    shift[i % t.channels]! += d;
    scale[i % t.channels]! += d * normal(i);
  });
  const dx = residual.map((d, i) => {
    const c = i % t.channels;
    const through = t.running ? 0 : ((shift[c] as number) + normal(i) * (scale[c] as number)) / t.rows;
    return (d - through) * (inverse[c] as number) * (t.scale?.[c] ?? 1);
  });
  return { x: dx, scale, shift, residual };
}
