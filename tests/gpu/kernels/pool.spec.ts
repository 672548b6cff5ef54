import { expectTwins, test, type Variant } from '../harness';

const POOLS = [
  { kind: 'max', x: [1, 1, 1, 1], window: 2, stride: 2, pad: 'same' },
  { kind: 'max', x: [2, 7, 9, 4], window: 2, stride: 2, pad: 'same', ties: true },
  { kind: 'max', x: [2, 7, 9, 3], window: 2, stride: 2, pad: 'valid', special: true },
  { kind: 'max', x: [1, 9, 8, 8], window: [3, 2], stride: [2, 1], pad: 1, ties: true },
  { kind: 'avg', x: [2, 7, 9, 4], window: 2, stride: 2, pad: 'same' },
  { kind: 'avg', x: [2, 6, 5, 5], window: 2, stride: 2, pad: 'valid', special: true },
  { kind: 'avg', x: [1, 9, 8, 3], window: [3, 2], stride: [2, 1], pad: 1 },
];

const DEPTHWISE = [
  { x: [1, 1, 1, 1], kernel: [3, 3] },
  { x: [2, 9, 13, 8], kernel: [3, 3], special: true },
  { x: [2, 9, 10, 5], kernel: [3, 3], stride: 2 },
  { x: [2, 8, 8, 12], kernel: [5, 5], stride: 2 },
  { x: [2, 6, 7, 4], kernel: [4, 2], pad: 'valid' },
  { x: [1, 7, 11, 3], kernel: [4, 2], stride: [1, 3], pad: 'valid' },
];

for (const variant of ['direct', 'tiled'] as Variant[]) {
  test(`pooling and its gradients, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'pool', variant, POOLS);
  });
  test(`depthwise convolution and its gradients, ${variant}`, async ({ labPage }) => {
    await expectTwins(labPage, 'depthwise', variant, DEPTHWISE);
  });
}
