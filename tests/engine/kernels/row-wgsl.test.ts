import { getKernel } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerRows } from '../../../src/engine/kernels/register-rows';
import { directives } from '../../../src/engine/programs';
import { chooseVariant, setFacts, type Variant } from '../../../src/engine/variants';
import { recorder, tensor } from './recorder';

const N = [6, 8];
const S = (columns: number) => [6, columns];
/** Kernel, inputs by name, attributes: one shape each. */
const CALLS: readonly (readonly [string, Readonly<Record<string, readonly number[]>>, object?])[] = [
  ['CondenserSoftmax', { x: N }, { constant: 2 }],
  ['CondenserSoftmaxGrad', { y: N, dy: N }, { constant: 2 }],
  ['CondenserLogSoftmax', { x: [6, 7] }, { constant: 2 }],
  ['CondenserLogSoftmaxGrad', { y: N, dy: N }, { constant: 2 }],
  ['CondenserCrossEntropy', { z: N, t: N }, { mean: true, constants: [] }],
  [
    'CondenserCrossEntropyGrad',
    { z: N, t: N, stats: S(3), dy: [] },
    { mean: true, constants: [], input: 'z' },
  ],
  ['CondenserDistillation', { s: N, t: N }, { mean: false, constants: [4] }],
  [
    'CondenserDistillationGrad',
    { s: N, t: N, stats: S(5), dy: [6] },
    { mean: false, constants: [4], input: 's' },
  ],
  ['CondenserKl', { p: N, q: N }, { mean: false, constants: [] }],
  ['CondenserKlGrad', { p: N, q: N, stats: S(1), dy: [6] }, { mean: false, constants: [], input: 'q' }],
  ['CondenserEntropy', { p: N }, { mean: false, constants: [] }],
  ['CondenserStd', { x: N }, { mean: false, constants: [0] }],
  ['CondenserDecoupledRest', { s: N, t: N, m: N }, { mean: true, constants: [4] }],
  ['CondenserPairwiseSelf', { x: N }, { metric: 'squared' }],
  ['CondenserMeanPower2Grad', { x: N, stats: S(1), dy: [6] }, { mean: false, constants: [8], input: 'x' }],
  ['CondenserDecoupledTarget', { s: N, t: N, m: N }, { mean: true, constants: [4] }],
  ['CondenserSquared', { a: N, b: N }],
  ['CondenserHuberGrad', { a: N, b: N, dy: [] }],
  ['CondenserUnitRowsGrad', { x: N, dy: N }, { constant: 1e-12 }],
  ['CondenserStandardRowsGrad', { x: N, dy: N }, { constant: 1e-7 }],
  ['CondenserLayerNorm', { x: N, scale: [8], shift: [8] }, { epsilon: 1e-5 }],
  ['CondenserLayerNormGrad', { dy: N, x: N, scale: [8], stats: S(2) }],
  ['CondenserGelu', { x: N }],
  ['CondenserGeluGrad', { x: N, dy: N }],
  ['CondenserAttention', { qkv: [2, 5, 24] }, { heads: 2 }],
  ['CondenserAttentionGrad', { qkv: [2, 5, 24], dy: [2, 5, 8], y: [2, 5, 8], lse: [20, 2] }, { heads: 2 }],
  ['CondenserPairwise', { x: N, y: [3, 8] }, { metric: 'squared' }],
  ['CondenserPairwiseGrad', { a: N, b: N, g: [6, 6] }, { metric: 'absolute', role: 'both' }],
  ['CondenserSinkhorn', { scores: N }, { sweeps: 3 }],
  ['CondenserSinkhornGrad', { scores: N, plan: N, history: [3, 14], dy: N }, { sweeps: 3 }],
  ['CondenserTopKMask', { x: N }, { k: 3 }],
  ['CondenserGatherRows', { table: N, index: [4] }, { rows: 6 }],
  ['CondenserGatherRowsGrad', { index: [4], dy: [4, 8] }, { rows: 6 }],
];

function programsOf([name, shapes, attrs = {}]: (typeof CALLS)[number]) {
  const { programs, gpu } = recorder();
  registerRows(gpu);
  const inputs = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, tensor(shape)]));
  getKernel(name, 'condenser').kernelFunc({ inputs, backend: {}, attrs: attrs as never });
  return programs;
}

vi.stubGlobal('GPUBufferUsage', { STORAGE: 128 });
afterEach(() => chooseVariant('direct'));

describe.each(CALLS.map((call) => ({ name: call[0], call })))('$name', ({ call }) => {
  it('has the text it had', () => {
    const text = programsOf(call).map(
      ({ label, code, groups }) => `// ${label} ${groups.join(' x ')}\n${code}`,
    );
    expect(text.join('\n\n')).toMatchSnapshot();
  });

  it('binds what it declares and uses what it binds', () => {
    for (const { code, bindings } of programsOf(call)) {
      const names = [...code.matchAll(/@binding\(\d+\) var<[^>]*> (\w+)/g)].map((match) => match[1]);
      expect(names).toHaveLength(bindings);
      // Names nothing reads are dropped from the layout, and binding them is an error.
      for (const name of names) expect(code.match(new RegExp(`\\b${name}\\[`, 'g')), name).not.toBeNull();
    }
  });
});

/** Long rows, where the forms differ. */
const LONG: readonly (typeof CALLS)[number][] = [
  ['CondenserSoftmax', { x: [3, 1000] }, { constant: 1 }],
  ['CondenserCrossEntropy', { z: [300, 1001], t: [300, 1001] }, { mean: true, constants: [] }],
  ['CondenserLayerNormGrad', { dy: [5, 384], x: [5, 384], scale: [384], stats: [5, 2] }],
];

describe.each<[Variant, string | undefined, string | undefined]>([
  ['direct', undefined, 'subgroup'],
  ['tiled', 'var<workgroup>', 'subgroup'],
  ['subgroup', 'subgroupAdd', undefined],
])('long rows, %s', (form, has, hasNot) => {
  it.each(LONG.map((call) => ({ name: call[0], call })))('$name', ({ call }) => {
    setFacts({ software: false, subgroup: 32, f16: false });
    chooseVariant(form);
    const [first] = programsOf(call);
    if (has) expect(first?.code).toContain(has);
    if (hasNot) expect(first?.code).not.toContain(hasNot);
    expect(directives(first?.code ?? '')).toBe(form === 'subgroup' ? 'enable subgroups;\n' : '');
    expect(first?.code).toMatchSnapshot();
  });
});

/** Dispatches of a call: forward, and backward for one input. */
it.each<[number, string, string, object]>([
  [1, 'CondenserCrossEntropy', 'few rows', { z: [128, 100], t: [128, 100] }],
  [2, 'CondenserCrossEntropy', 'many rows', { z: [512, 10], t: [512, 10] }],
  [2, 'CondenserSquared', 'a map', { a: [32, 8, 8, 16], b: [32, 8, 8, 16] }],
  [2, 'CondenserLayerNormGrad', 'tokens', { dy: [64, 64], x: [64, 64], scale: [64], stats: [64, 2] }],
])('%i dispatches of %s on %s', (dispatches, name, _, shapes) => {
  const all = shapes as Readonly<Record<string, readonly number[]>>;
  expect(programsOf([name, all, { mean: true, constants: [] }])).toHaveLength(dispatches);
});
