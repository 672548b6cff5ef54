import { expectTwins, PRODUCT_FORMS, test } from '../harness';

const SHAPES = [
  { x: [1, 1, 1, 1], w: [1, 1, 1, 1] },
  { x: [2, 5, 7, 1], w: [3, 3, 1, 8] },
  { x: [2, 9, 13, 4], w: [3, 3, 4, 4], special: true },
  { x: [1, 6, 6, 3], w: [5, 5, 3, 6], pad: 'valid' },
  { x: [3, 7, 9, 8], w: [3, 3, 8, 12], stride: 2 },
  { x: [2, 8, 8, 5], w: [4, 4, 5, 4], stride: 2 },
  { x: [2, 11, 10, 4], w: [3, 2, 4, 3], stride: [3, 2], pad: 1 },
  { x: [4, 6, 5, 6], w: [1, 1, 6, 10] },
  { x: [2, 8, 8, 8], w: [1, 1, 8, 16], stride: 2 },
  { x: [1, 9, 9, 12], w: [7, 7, 12, 4], stride: 2 },
  { x: [8, 16, 16, 16], w: [3, 3, 16, 32] },
];

/**
 * In 'tiled' a shape is only what loads the operands of one product, so a few cover it; a software adapter takes half a
 * second to compile each. 'half' is 'tiled' with other tiles: what the large shapes add is the same for both.
 */
const FEW = SHAPES.filter((_, i) => ![5, 7, 9].includes(i));
const OF_FORM = { direct: SHAPES, tiled: FEW, half: FEW.slice(0, 4) };

for (const variant of PRODUCT_FORMS)
  test(`convolution and its gradients, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'conv', variant, OF_FORM[variant]);
  });
