import { expectTwins, test, type Variant } from './harness';

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
];

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
];

for (const variant of ['direct', 'tiled'] as Variant[]) {
  test(`matrix products, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'matmul', variant, PRODUCTS);
  });
  test(`matMul with batches, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'batched', variant, BATCHED);
  });
  test(`dense layer and its gradients, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'dense', variant, DENSE);
  });
}
