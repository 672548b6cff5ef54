/** Backward twins against central differences of the forward twins, all in float64. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng';
import { batchNormGradientTwin, batchNormTwin } from '../../../src/engine/kernels/batch-norm';
import { convFilterTwin, convInputTwin, convShape, convTwin } from '../../../src/engine/kernels/conv2d';
import {
  depthwiseFilterTwin,
  depthwiseInputTwin,
  depthwiseTwin,
} from '../../../src/engine/kernels/depthwise';
import { matmulTwin } from '../../../src/engine/kernels/matmul';
import { type Kind, poolGradientTwin, poolShape, poolTwin } from '../../../src/engine/kernels/pool';
import { reduceBlocks, reduceTwin, spreadTwin } from '../../../src/engine/kernels/reduce';
import { gradientError, normals } from './differences';

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e6));
const rng = new Rng(SEED, 'twins');
const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const TOLERANCE = 1e-7;

describe(`gradients of the CPU twins, SEED=${SEED}`, () => {
  it.each([
    [[2, 5, 6, 3], [3, 3, 3, 4], 1, 'same'],
    [[2, 7, 5, 2], [3, 2, 2, 3], [2, 1], 'valid'],
    [[1, 6, 6, 2], [4, 4, 2, 2], 2, 1],
  ] as const)('convolution %j * %j, stride %j, %s', (input, filter, strides, pad) => {
    const stride = typeof strides === 'number' ? strides : ([...strides] as [number, number]);
    const c = convShape(input, filter, { strides: stride, pad })!;
    const [x, w] = [normals(rng, size(input)), normals(rng, size(filter))];
    const dy = normals(rng, convTwin(x, w, c).length);
    expect(gradientError(rng, (v) => convTwin(v, w, c), x, dy, convInputTwin(dy, w, c))).toBeLessThan(
      TOLERANCE,
    );
    expect(gradientError(rng, (v) => convTwin(x, v, c), w, dy, convFilterTwin(x, dy, c))).toBeLessThan(
      TOLERANCE,
    );
  });

  it.each([
    [[2, 5, 6, 3], [3, 3, 3, 1], 1],
    [[1, 7, 8, 2], [3, 5, 2, 1], 2],
  ] as const)('depthwise convolution %j * %j, stride %d', (input, filter, strides) => {
    const c = convShape(input, filter, { strides, pad: 'same' }, true)!;
    const [x, w] = [normals(rng, size(input)), normals(rng, size(filter))];
    const dy = normals(rng, depthwiseTwin(x, w, c).length);
    expect(
      gradientError(rng, (v) => depthwiseTwin(v, w, c), x, dy, depthwiseInputTwin(dy, w, c)),
    ).toBeLessThan(TOLERANCE);
    expect(
      gradientError(rng, (v) => depthwiseTwin(x, v, c), w, dy, depthwiseFilterTwin(x, dy, c)),
    ).toBeLessThan(TOLERANCE);
  });

  it.each(['max', 'avg'] as Kind[])('%s pooling with odd sizes', (kind) => {
    for (const pad of ['same', 'valid'] as const) {
      const p = poolShape([2, 7, 5, 3], { filterSize: 2, strides: 2, pad });
      const x = normals(rng, 2 * 7 * 5 * 3);
      const dy = normals(rng, poolTwin(kind, x, p).length);
      const gradient = poolGradientTwin(kind, dy, x, p);
      expect(gradientError(rng, (v) => poolTwin(kind, v, p), x, dy, gradient)).toBeLessThan(TOLERANCE);
    }
  });

  it.each([
    [false, false],
    [true, true],
    [true, false],
  ])('batch norm, affine %s, running averages %s', (affine, running) => {
    const [rows, channels] = [12, 3];
    const [x, residual] = [normals(rng, rows * channels), normals(rng, rows * channels)];
    const [scale, shift, mean] = [1, 2, 3].map(() => normals(rng, channels)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const variance = mean.map((v) => v * v + 0.2);
    const twin = {
      rows,
      channels,
      relu: false,
      epsilon: 1e-5,
      residual,
      ...(affine ? { scale, shift } : {}),
      ...(running ? { running: [mean, variance] as const } : {}),
    };
    const dy = normals(rng, rows * channels);
    const gradient = batchNormGradientTwin(dy, x, twin);
    const y = (change: object, v = x) => batchNormTwin(v, { ...twin, ...change }).y;
    expect(gradientError(rng, (v) => y({}, v), x, dy, gradient.x)).toBeLessThan(TOLERANCE);
    expect(gradientError(rng, (v) => y({ residual: v }), residual, dy, gradient.residual)).toBeLessThan(
      TOLERANCE,
    );
    if (!affine) return;
    expect(gradientError(rng, (v) => y({ scale: v }), scale, dy, gradient.scale)).toBeLessThan(TOLERANCE);
    expect(gradientError(rng, (v) => y({ shift: v }), shift, dy, gradient.shift)).toBeLessThan(TOLERANCE);
  });

  it('dense layer with ReLU: input, weight and bias', () => {
    const plain = {
      batch: 1,
      sharedA: false,
      sharedB: false,
      bias: false,
      residual: false,
      columnSums: false,
    };
    const [m, k, n] = [4, 5, 3];
    const forward = { ...plain, m, k, n, transposeA: false, transposeB: false, relu: true };
    const [x, w, b, dy, r] = [m * k, k * n, n, m * n, m * n].map((v) => normals(rng, v)) as Float64Array[];
    const y = matmulTwin(x!, w!, forward, b, r);
    const masked = dy!.map((d, i) => ((y[i] as number) > 0 ? d : 0));
    const back = { ...plain, relu: false };
    const dx = matmulTwin(masked, w!, { ...back, m, k: n, n: k, transposeA: false, transposeB: true });
    const sums = { ...back, m: k, k: m, n, transposeA: true, transposeB: false, columnSums: true };
    const dw = matmulTwin(x!, masked, sums);
    expect(gradientError(rng, (v) => matmulTwin(v, w!, forward, b, r), x!, dy!, dx)).toBeLessThan(TOLERANCE);
    expect(
      gradientError(rng, (v) => matmulTwin(x!, v, forward, b, r), w!, dy!, dw.subarray(0, k * n)),
    ).toBeLessThan(TOLERANCE);
    expect(
      gradientError(rng, (v) => matmulTwin(x!, w!, forward, v, r), b!, dy!, dw.subarray(k * n)),
    ).toBeLessThan(TOLERANCE);
    expect(gradientError(rng, (v) => matmulTwin(x!, w!, forward, b, v), r!, dy!, masked)).toBeLessThan(
      TOLERANCE,
    );
  });

  it('means over an axis', () => {
    const block = { outer: 3, reduce: 4, inner: 2 };
    const [x, dy] = [normals(rng, 24), normals(rng, 6)];
    expect(gradientError(rng, (v) => reduceTwin(v, block, 4), x, dy, spreadTwin(dy, block, 4))).toBeLessThan(
      TOLERANCE,
    );
  });
});

describe('runs of reduced axes', () => {
  it.each([
    [[4, 5], [0], [{ outer: 1, reduce: 4, inner: 5 }]],
    [[4, 5, 6], [1, 2], [{ outer: 4, reduce: 30, inner: 1 }]],
    [[4, 1, 6], [0, 2], [{ outer: 1, reduce: 24, inner: 1 }]],
    [
      [4, 5, 6],
      [0, 2],
      [
        { outer: 20, reduce: 6, inner: 1 },
        { outer: 1, reduce: 4, inner: 5 },
      ],
    ],
    [[1, 7], [0], []],
  ])('%j over %j', (shape, axes, blocks) => {
    expect(reduceBlocks(shape, axes)).toEqual(blocks);
  });
});
