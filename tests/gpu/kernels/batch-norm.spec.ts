import { expectTwins, SUM_FORMS, test } from '../harness';

const SHAPES = [
  { shape: [2, 1] },
  { shape: [33, 5], relu: true },
  { shape: [4, 5, 3, 8], relu: true, residual: true },
  { shape: [7, 3, 3, 6], residual: true },
  { shape: [50, 12], affine: false, offset: 100 },
  { shape: [4096, 4], relu: true, offset: 30 },
  { shape: [3, 4, 4, 8], relu: true, residual: true, training: false },
  { shape: [9, 3], training: false, affine: false },
  { shape: [40, 8], special: true, relu: true },
];

for (const variant of SUM_FORMS)
  test(`batch norm and its gradients, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'batch-norm', variant, SHAPES);
  });
