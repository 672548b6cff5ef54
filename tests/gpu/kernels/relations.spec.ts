import { expectTwins, SUM_FORMS, test } from '../harness';

/** One entry that is no number, infinite or minus infinity. */
const BAD = ['nan', 'infinite', 'out'];

const PAIRS = [
  { x: [1, 1], y: [1, 1] },
  { x: [3, 5], y: [7, 5] },
  { x: [3, 5], y: [7, 5], nan: true },
  { x: [64, 64], y: [33, 64] },
  { x: [1, 3] },
  { x: [17, 7] },
  { x: [64, 128] },
].flatMap((shape) => ['squared', 'absolute'].map((metric) => ({ ...shape, metric })));

test('distances of pairs', async ({ labPage }) => {
  await expectTwins(labPage, 'pairwise', 'direct', PAIRS);
});

test('Sinkhorn', async ({ labPage }) => {
  await expectTwins(labPage, 'sinkhorn', 'direct', [
    { shape: [1, 1], sweeps: 3 },
    { shape: [3, 5], sweeps: 1 },
    { shape: [7, 4], sweeps: 20 },
    { shape: [12, 12], sweeps: 20, scale: 10 },
    ...BAD.map((bad) => ({ shape: [5, 6], sweeps: 4, bad })),
  ]);
});

test('a large Sinkhorn', async ({ labPage }) => {
  await expectTwins(labPage, 'sinkhorn-value', 'direct', [{ shape: [150, 130], sweeps: 10 }]);
});

test('mask of the largest', async ({ labPage }) => {
  await expectTwins(labPage, 'top-k', 'direct', [
    { shape: [1, 1], k: 1 },
    { shape: [5, 7], k: 3 },
    { shape: [64, 100], k: 10 },
    { shape: [20, 33], k: 5, ties: true },
    ...BAD.map((bad) => ({ shape: [3, 9], k: 4, bad })),
    // Few of many are picked one by one.
    { shape: [70, 41], k: 10 },
    { shape: [20, 33], k: 3, ties: true },
    ...BAD.map((bad) => ({ shape: [3, 19], k: 4, bad })),
  ]);
});

const TABLES = [
  { table: [1, 1], n: 1 },
  { table: [5, 3], n: 9 },
  { table: [100, 8], n: 64 },
  { table: [50, 10], n: 33, outside: true },
  { table: [7, 5], n: 30, special: true },
];

for (const check of ['gather-rows', 'scatter-rows'])
  test(`${check}`, async ({ labPage }) => {
    await expectTwins(labPage, check, 'direct', TABLES);
  });

for (const variant of SUM_FORMS)
  test(`decoupled distillation, ${variant}`, async ({ labPage }) => {
    const shapes = [
      [1, 2],
      [3, 7],
      [64, 10],
      [128, 100],
      [300, 12],
      [8, 1000],
    ];
    await expectTwins(
      labPage,
      'decoupled',
      variant,
      ['target', 'rest'].flatMap((part) => [
        ...shapes.map((shape) => ({ shape, part })),
        { shape: [9, 10], part, scale: 40 },
        ...BAD.flatMap((bad) =>
          ['student', 'teacher'].flatMap((whose) =>
            [true, false].map((own) => ({ shape: [5, 12], part, bad, whose, own })),
          ),
        ),
      ]),
    );
  });
