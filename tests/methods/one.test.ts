import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor2D } from '../../src/engine/types';
import { makeStep, net, ops } from '../../src/golden/kit';
import one from '../../src/methods/one';
import { branchLosses, ensembleOf, grow } from '../../src/methods/one/branches';
import { golden, gradientsOf, labelsOf, matrix, normal, numberOf, numbersOf, termsOf } from './support';

golden('one');

const labels = labelsOf(6, 4);
const targets = ops.oneHot(labels, 4);
const even = ops.fill([6, 3], 1 / 3) as Tensor2D;

it('with equal branches: four times the labels, nothing to learn from the ensemble', async () => {
  const z = matrix(6, 4, 1);
  const { ce, kl } = branchLosses(ops, [z, z, z], even, targets, 3);
  expect(await numberOf(() => ops.sub(ce, ops.mul(4, ops.crossEntropy(z, targets))))).toBeCloseTo(0, 5);
  // What the released 1e-7 leaves: T^2, times branches, times classes.
  expect(await numberOf(() => ops.mul(kl, 1))).toBeCloseTo(9 * 3 * 4 * 1e-7, 5);
});

it('a gate that is sure of one branch answers with it', async () => {
  const z = [1, 2, 3].map((seed) => matrix(6, 4, seed));
  const gate = ops.tile(ops.tensor2d([[0, 1, 0]]), [6, 1]) as Tensor2D;
  expect(await numbersOf(() => ensembleOf(ops, z, gate))).toEqual(await numbersOf(() => ops.mul(z[1]!, 1)));
});

describe.each([
  { name: 'maps', taps: { stage1: [8, 8, 3], stage2: [4, 4, 6] } },
  { name: 'maps of odd size', taps: { stage1: [7, 7, 3], stage2: [4, 4, 6] } },
  { name: 'tokens', taps: { stage1: [17, 5], stage2: [17, 5] } },
  { name: 'one layer', taps: { stage1: [1, 1, 7] } },
])('on $name', ({ taps }) => {
  const student = net({
    logits: matrix(6, 4, 1),
    taps: Object.fromEntries(
      Object.entries(taps).map(([key, shape], i) => [key, normal([6, ...shape], i)]),
    ) as Record<string, Tensor>,
  });
  const given = {
    classes: 4,
    samples: 6,
    image: [8, 8, 1],
    student: { embedding: 6, taps },
    teacher: undefined,
  };
  const grown = () => {
    const build = new NetworkBuild(1, 'extras');
    return { build, extras: grow(build, { ...given, params: { branches: 3 } }) };
  };

  it('ramps the ensemble up from exp(-5) to its weight', async () => {
    const { build, extras } = grown();
    const at = async (progress: number, ramp = 0.25) =>
      (await termsOf(one, { params: { ramp }, extras, student, labels, progress: ops.scalar(progress) }))[
        'ensemble'
      ]!;
    const full = await at(1);
    expect(full).toBeGreaterThan(0);
    expect((await at(0)) / full).toBeCloseTo(Math.exp(-5), 5);
    expect((await at(0.125)) / full).toBeCloseTo(Math.exp(-1.25), 5);
    expect(await at(0, 0)).toBeCloseTo(full, 5);
    build.dispose();
  });

  it('at weight 0 only the labels teach, to the last bit, whatever the temperature', async () => {
    const { build, extras } = grown();
    const at = async (values: object) =>
      gradientsOf(one, { params: { ramp: 0, ...values }, extras, student, labels });
    const plain = await at({ weight: 0 });
    expect(plain).toEqual(await at({ weight: 0, temperature: 9 }));
    expect(plain).not.toEqual(await at({ weight: 1 }));
    build.dispose();
  });

  it('predicts with the student alone unless asked for all branches', async () => {
    const { build, extras } = grown();
    const answer = (ensemble: boolean) =>
      numbersOf(() =>
        ops.mul(one.predict!(makeStep(one, { params: { ensemble }, extras, student, labels })), 1),
      );
    const own = await numbersOf(() => ops.mul(student.logits, 1));
    expect(await answer(false)).toEqual(own);
    expect(await answer(true)).not.toEqual(own);
    build.dispose();
  });
});
