import { expectTwins, SUM_FORMS, test } from '../harness';

const SHAPES = [
  { shape: [7], axes: [0], mean: true },
  { shape: [64, 10], axes: [1] },
  { shape: [64, 12], axes: [1], keep: true },
  { shape: [1001, 3], axes: [0] },
  { shape: [2048, 20], axes: [0], mean: true },
  { shape: [3, 49, 5], axes: [1], mean: true },
  { shape: [3, 49, 8], axes: [1], special: true },
  { shape: [5, 1, 6, 4], axes: [0, 2] },
  { shape: [4, 3, 5, 2], axes: [0, 2], keep: true, mean: true },
  { shape: [9, 33, 7], axes: [0, 1, 2] },
  { shape: [40_000], axes: [0], mean: true },
  { shape: [5, 1, 3], axes: [1], mean: true },
  { shape: [6, 1], axes: [1], keep: true },
  { shape: [1], axes: [0] },
];

for (const variant of SUM_FORMS)
  test(`sums and means, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'reduce', variant, SHAPES);
  });

test('maxima and minima, and their places', async ({ labPage }) => {
  await expectTwins(labPage, 'extremes', 'direct', [
    { shape: [7], axes: [0] },
    { shape: [64, 10], axes: [1] },
    { shape: [33, 65], axes: [0] },
    { shape: [3, 49, 5], axes: [1] },
    { shape: [4, 6, 5, 2], axes: [1, 2] },
    { shape: [3, 49, 8], axes: [1], special: true },
  ]);
});
