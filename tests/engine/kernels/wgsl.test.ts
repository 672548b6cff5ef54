/** The text of every kernel for one shape in each of its forms: a change of a shader shows in review. */
import { describe, expect, it } from 'vitest';
import * as slopes from '../../../src/engine/kernels/batch-norm-gradient-wgsl';
import * as norm from '../../../src/engine/kernels/batch-norm-wgsl';
import { convPlan, convShape } from '../../../src/engine/kernels/conv2d';
import * as depthwise from '../../../src/engine/kernels/depthwise';
import { matmulPlan, matmulSpec } from '../../../src/engine/kernels/matmul';
import { poolForward, poolGradient, poolShape } from '../../../src/engine/kernels/pool';
import { reducePlan, spreadPlan } from '../../../src/engine/kernels/reduce';
import { splitsPlan } from '../../../src/engine/kernels/splits';
import { directives } from '../../../src/engine/programs';
import { setFacts } from '../../../src/engine/variants';
import { tensor } from './recorder';

const conv = convShape([4, 9, 9, 4], [3, 3, 4, 8], { strides: 2, pad: 'same' })!;
const deep = convShape([4, 9, 9, 4], [3, 3, 4, 1], { strides: 2, pad: 'same' }, true)!;
const pool = poolShape([4, 9, 9, 4], { filterSize: 2, strides: 2, pad: 'same' });
const gradient = { rows: 400, channels: 8, relu: true, training: true, scale: true, residual: true };
const block = { outer: 3, reduce: 500, inner: 8 };

describe.each(['direct', 'tiled'] as const)('WGSL, %s', (form) => {
  it.each(['forward', 'input', 'filter'] as const)('convolution %s', (pass) => {
    expect(convPlan(conv, pass, form)).toMatchSnapshot();
  });

  it('matrix product', () => {
    expect(
      matmulPlan(matmulSpec({ m: 20, n: 12, k: 8, bias: true, relu: true }, form), form),
    ).toMatchSnapshot();
    const sums = { m: 16, n: 8, k: 100, transposeA: true, columnSums: true };
    expect(matmulPlan(matmulSpec(sums, form), form)).toMatchSnapshot();
    const added = { m: 20, n: 10, k: 8, bias: true, residual: true };
    expect(matmulPlan(matmulSpec(added, form), form)).toMatchSnapshot();
    const large = { m: 68, n: 72, k: 80, bias: true, relu: true };
    expect(matmulPlan(matmulSpec(large, form), form)).toMatchSnapshot();
  });
});

describe.each(['direct', 'tiled', 'subgroup'] as const)('WGSL, %s', (form) => {
  it('sum and sum of splits', () => {
    expect(reducePlan(block, 500, form)).toMatchSnapshot();
    expect(reducePlan({ outer: 3, reduce: 500, inner: 1 }, 500, form)).toMatchSnapshot();
    expect(splitsPlan({ splits: 40, count: 24, relu: true }, 16, form)).toMatchSnapshot();
    expect(splitsPlan({ splits: 4, count: 24, residual: tensor([24]) }, 24, form)).toMatchSnapshot();
  });

  it('batch norm', () => {
    expect(norm.partialStatisticsPlan(400, 8, form)).toMatchSnapshot();
    const statistics = { rows: 400, channels: 8, splits: 40, epsilon: 1e-5, momentum: 0.9, update: true };
    expect(norm.statisticsPlan(statistics, form)).toMatchSnapshot();
    expect(slopes.gradientSumsPlan(gradient, form)).toMatchSnapshot();
  });
});

describe.each([
  ['16 bit floats', true],
  ['rounded 32 bit floats', false],
] as const)('WGSL, half precision in %s', (_, f16) => {
  it('asks for 16 bit floats only where it uses them', () => {
    setFacts({ software: false, subgroup: 32, f16 });
    const sums = { m: 16, n: 8, k: 100, transposeA: true, columnSums: true };
    const product = matmulPlan(matmulSpec(sums, 'half'), 'half');
    expect(directives(product.code)).toBe(f16 ? 'enable f16;\n' : '');
    expect(product).toMatchSnapshot();
    expect(convPlan(conv, 'forward', 'half')).toMatchSnapshot();
  });
});

describe('WGSL without variants', () => {
  it('depthwise convolution', () => {
    expect(depthwise.depthwiseForward(deep)).toMatchSnapshot();
    expect(depthwise.depthwiseInput(deep)).toMatchSnapshot();
    expect(depthwise.depthwiseFilter(deep)).toMatchSnapshot();
  });

  it('pooling', () => {
    for (const kind of ['max', 'avg'] as const) {
      expect(poolForward(kind, pool)).toMatchSnapshot();
      expect(poolGradient(kind, pool)).toMatchSnapshot();
    }
  });

  it('batch norm and spreading', () => {
    const all = { scale: true, shift: true, residual: true };
    expect(norm.applyPlan({ rows: 400, channels: 8 }, true, all)).toMatchSnapshot();
    expect(norm.applyPlan({ rows: 400, channels: 8 }, true, all, 1e-5)).toMatchSnapshot();
    expect(slopes.inputGradientPlan(gradient)).toMatchSnapshot();
    const statistics = { rows: 400, channels: 8, splits: 8, epsilon: 1e-5, momentum: 0.9, update: true };
    expect(norm.stripApplyPlan(statistics, true, all)).toMatchSnapshot();
    expect(slopes.stripGradientPlan(gradient, 8)).toMatchSnapshot();
    expect(slopes.stripGradientPlan({ ...gradient, training: false }, 8)).toMatchSnapshot();
    expect(norm.runningPlan(8, 1e-5)).toMatchSnapshot();
    expect(spreadPlan(block, 500)).toMatchSnapshot();
  });
});
