import { expect, expectTwins, PRODUCT_FORMS, SEED, test } from '../harness';

const PRODUCTS = [
  { m: 1, n: 1, k: 1 },
  { m: 3, n: 5, k: 7, bias: true, relu: true },
  { m: 13, n: 10, k: 20, a: true },
  { m: 12, n: 12, k: 9, a: true, b: true },
  { m: 17, n: 8, k: 12, b: true, special: true },
  { m: 8, n: 6, k: 4, b: true, batch: 3 },
  { m: 20, n: 24, k: 16, batch: 2, shared: 'a', bias: true },
  { m: 70, n: 68, k: 33, batch: 2, shared: 'b' },
  { m: 24, n: 16, k: 600, a: true, sums: true, splits: 5 },
  { m: 5, n: 7, k: 70, a: true, sums: true, splits: 2 },
  { m: 16, n: 12, k: 30, a: true, sums: true, splits: 1 },
  { m: 9, n: 10, k: 1024, bias: true, relu: true, splits: 40 },
  { m: 256, n: 256, k: 40, batch: 5 },
  { m: 3, n: 5, k: 7, residual: true, relu: true },
  { m: 20, n: 24, k: 16, batch: 2, bias: true, residual: true },
  { m: 9, n: 12, k: 512, bias: true, residual: true, splits: 8 },
];

/** Tiles of several rows and columns, which only 'direct' keeps for products as large as this. */
const LARGE = [
  { m: 70, n: 72, k: 60, a: true, bias: true, relu: true },
  { m: 72, n: 64, k: 70, b: true, residual: true, special: true },
  { m: 72, n: 40, k: 31, bias: true, relu: true },
];

/** Half precision is 'tiled' with other tiles: what the largest shapes add is the same for both, and half of the others do. */
const SMALL = PRODUCTS.filter(({ m, k }, i) => m < 100 && k < 700 && i % 2 === 0);

const BATCHED = [
  { a: [5, 6], b: [6, 7] },
  { a: [2, 3, 5, 8], b: [2, 3, 8, 4] },
  { a: [2, 3, 8, 5], b: [8, 9], ta: true },
  { a: [1, 6, 4], b: [3, 8, 4], tb: true },
];

const DENSE = [
  { rows: 6, inputs: 9, units: 10, relu: false, bias: true },
  { rows: 32, inputs: 64, units: 24, relu: true, bias: true, placed: true },
  { rows: 200, inputs: 20, units: 8, relu: true, bias: false },
  { rows: 24, inputs: 16, units: 12, relu: false, bias: true, residual: true, placed: true },
  { rows: 10, inputs: 7, units: 5, relu: true, bias: false, residual: true },
];

for (const variant of PRODUCT_FORMS) {
  test(`matrix products, ${variant}`, async ({ labPage }) => {
    const shapes = { direct: [...PRODUCTS, ...LARGE], tiled: PRODUCTS, half: SMALL };
    await expectTwins(labPage, 'matmul', variant, shapes[variant]);
  });
  test(`matMul with batches, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'batched', variant, BATCHED);
  });
  test(`dense layer and its gradients, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'dense', variant, variant === 'half' ? DENSE.slice(0, 2) : DENSE);
  });
}

const ARBITRARY = [
  { m: 5, n: 7, k: 12 },
  { m: 70, n: 20, k: 333, bias: true },
  { m: 24, n: 16, k: 700, a: true, sums: true, splits: 5 },
].map((shape) => ({ ...shape, arbitrary: true }));

/**
 * WGSL may round to either neighbour, so an operand moves by less than 2^-10 of itself and a product by less than
 * 2^-9. An adapter that cuts off moves all products towards zero, and their sum by that share of itself; what is
 * rounded at random adds up to less.
 */
const ROUNDING = 2 ** -9;

test('half precision rounds its operands and nothing else', async ({ labPage }) => {
  await expectTwins(labPage, 'matmul', 'half', ARBITRARY, ROUNDING);
  const reports = await labPage.evaluate(
    ([shape, seed]) => globalThis.lab.check('matmul', 'half', shape, seed),
    [ARBITRARY[1]!, SEED] as const,
  );
  expect(Math.max(...reports.map(({ error }) => error))).toBeGreaterThan(1e-5);
});

test('half precision keeps infinities and NaN, and finite numbers finite', async ({ labPage }) => {
  const largest = 65504;
  await expectTwins(labPage, 'range', 'half', [
    {
      values: [1e5, -7e4, 3e38, 0.5, 65504, -0, 1e-7],
      want: [largest, -largest, largest, 0.5, 65504, 0, Math.fround(2 ** -23)],
    },
  ]);
  const special = await labPage.evaluate(async () => {
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
    return globalThis.lab.check('range', 'half', { values, want: values }, 1);
  });
  expect(special.map(({ error }) => error)).toEqual([0]);
});
