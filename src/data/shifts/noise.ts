import { defineShift, mapPixels, number } from './kit';

export default defineShift({
  id: 'noise',
  name: 'Noise',
  summary: 'Every value of every pixel is off by a random amount.',
  params: {
    deviation: number('Standard deviation', 50, {
      min: 1,
      max: 128,
      step: 1,
      source: 'ours',
      help: 'Of 255 steps from black to white.',
    }),
  },
  apply: (image, { deviation }, rng) =>
    mapPixels(image, (_y, _x, _c, value) => value + deviation * rng.normal()),
});
