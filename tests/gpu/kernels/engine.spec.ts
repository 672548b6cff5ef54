import { expectTwins, test } from '../harness';

/** WGSL promises a cosine to 2^-11 only; radii of this test stay below 4.5. */
const COSINE = 4.5 / 2048;

test('random streams equal their twins, and orders are orders', async ({ labPage }) => {
  const shapes = [
    { n: 1, step: 0 },
    { n: 33, step: 1 },
    { n: 200, step: 77_777 },
  ];
  await expectTwins(labPage, 'random', 'direct', shapes);
  await expectTwins(labPage, 'normal', 'direct', shapes, COSINE);
});

test('batches of images and labels', async ({ labPage }) => {
  await expectTwins(labPage, 'images', 'direct', [
    { shape: [8, 8, 1], batch: 1 },
    { shape: [13, 9, 3], batch: 5 },
    { shape: [9, 11, 3], batch: 16, augment: { flip: true, crop: 2, cutout: 0 } },
    { shape: [8, 8, 1], batch: 7, augment: { flip: true, crop: 1, cutout: 3 } },
  ]);
});

const SIZES = [1, 63, 64, 65, 300];
const RULES = [
  { kind: 'sgd', rate: 0.1, momentum: 0 },
  { kind: 'sgd', rate: 0.1, momentum: 0.9, weightDecay: 0.01, schedule: 'constant' },
  { kind: 'sgd', rate: 0.1, nesterov: true, clip: 0.5 },
  { kind: 'adam', rate: 0.01, weightDecay: 0.1 },
  { kind: 'adam', rate: 0.01, clip: 1, schedule: 'step', warmup: 0.25 },
  { kind: 'adamw', rate: 0.01, weightDecay: 0.1 },
];

test('optimisers follow their rules, all parameters in one dispatch', async ({ labPage }) => {
  const all = RULES.map((values) => ({ values, sizes: SIZES }));
  await expectTwins(labPage, 'optimizer', 'direct', [
    ...all,
    { values: RULES[4], sizes: SIZES, only: [1, 3, 4] },
  ]);
});

test('gradients reach the optimiser, whether they are written to their places or not', async ({
  labPage,
}) => {
  const cases = [{ uses: 1 }, { uses: 2 }, { uses: 1, again: true }];
  for (const variant of ['direct', 'tiled'] as const)
    await expectTwins(labPage, 'places', variant, cases, 1e-6);
});

test('parts are copied and added up on their way into one buffer', async ({ labPage }) => {
  await expectTwins(labPage, 'gather', 'direct', [
    { sizes: [1], splits: 1 },
    { sizes: [63, 64, 65, 300], splits: 1, start: 4 },
    { sizes: [7, 12, 255], splits: 40, start: 3 },
    { sizes: Array.from({ length: 33 }, (_, i) => i + 1), splits: 2 },
  ]);
});

test('tables, rings and small kernels', async ({ labPage }) => {
  await expectTwins(labPage, 'table', 'direct', [
    { rows: 1, columns: 1, n: 1 },
    { rows: 37, columns: 10, n: 16 },
  ]);
  await expectTwins(labPage, 'ring', 'direct', [
    { columns: 1, steps: 3 },
    { columns: 15, steps: 40 },
    { columns: 3, steps: 520 },
    { columns: 2, steps: 2, answers: [1, 2] },
    { columns: 17, steps: 3, answers: [130, 7] },
  ]);
  await expectTwins(labPage, 'small', 'direct', [
    { n: 1, k: 2 },
    { n: 130, k: 7 },
  ]);
  const sizes = [
    { n: 3, d: 1 },
    { n: 70, d: 4 },
    { n: 70, d: 7 },
    { n: 3, d: 130 },
  ];
  await expectTwins(labPage, 'per-channel', 'direct', sizes);
  await expectTwins(labPage, 'transpose', 'direct', sizes);
});
