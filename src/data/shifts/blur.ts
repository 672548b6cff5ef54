import { defineShift, type Image, mapPixels, number, reader } from './kit';

/** Weights of a Gaussian at whole offsets up to three deviations, sum 1. */
function gaussian(deviation: number): readonly number[] {
  const reach = Math.ceil(3 * deviation);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * deviation * deviation)),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / sum);
}

const along = (image: Image, weights: readonly number[], down: boolean): Uint8Array => {
  const at = reader(image);
  const reach = (weights.length - 1) / 2;
  return mapPixels(image, (y, x, c) =>
    weights.reduce(
      (sum, weight, i) => sum + weight * (down ? at(y + i - reach, x, c) : at(y, x + i - reach, c)),
      0,
    ),
  );
};

export default defineShift({
  id: 'blur',
  name: 'Blurred',
  summary: 'Fine detail is gone: a Gaussian low-pass.',
  params: {
    deviation: number('Width in pixels', 1.2, { min: 0.3, max: 6, step: 0.1, source: 'ours' }),
  },
  apply(image, { deviation }) {
    const weights = gaussian(deviation);
    return along({ ...image, pixels: along(image, weights, false) }, weights, true);
  },
});
