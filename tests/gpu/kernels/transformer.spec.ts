import { expectTwins, SUM_FORMS, test } from '../harness';

const NORM = [
  [1, 1],
  [1, 5],
  [3, 8],
  [130, 7],
  [4, 17, 64],
  [32, 65, 64],
  [9, 384],
]
  .map((shape) => ({ shape, nan: false }))
  .concat({ shape: [3, 8], nan: true });

for (const variant of SUM_FORMS)
  test(`layer norm, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'layer-norm', variant, NORM);
  });

test('gelu', async ({ labPage }) => {
  const shapes = [
    { shape: [1] },
    { shape: [3, 7] },
    { shape: [64, 256] },
    { shape: [999], scale: 8 },
    { shape: [9], nan: true },
  ];
  await expectTwins(labPage, 'gelu', 'direct', shapes);
});

for (const variant of ['direct', 'tiled'] as const)
  test(`attention, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'attention', variant, [
      { shape: [1, 1, 3], heads: 1 },
      { shape: [2, 3, 12], heads: 4 },
      { shape: [2, 17, 48], heads: 4 },
      { shape: [3, 5, 42], heads: 2 },
      { shape: [4, 65, 192], heads: 4 },
      { shape: [1, 200, 192], heads: 1 },
      // Scores of some hundreds: beyond, the rounding of the scores themselves shows.
      { shape: [2, 17, 48], heads: 4, scale: 8 },
      { shape: [2, 5, 24], heads: 2, special: true },
    ]);
  });
