import { describe, expect, it } from 'vitest';
import type { Tensor, Tensor2D } from '../../src/engine/types';
import { makeStep, net, ops } from '../../src/golden/kit';
import kdcl from '../../src/methods/kdcl';
import {
  errorCovariance,
  jointTeacher,
  leastErrorWeights,
  type Measured,
} from '../../src/methods/kdcl/joint';
import labelsOnly from '../../src/methods/labels-only';
import { golden, gradientsOf, labelsOf, matrix, numberOf, numbersOf, termsOf } from './support';

golden('kdcl');

const { params } = makeStep(kdcl, {});
const labels = labelsOf(6, 5);
const targets = ops.oneHot(labels, 5);
const logits = [1, 2, 3].map((seed) => matrix(6, 5, seed, 2));
const students = logits.map((each) => net({ logits: each }));
const rules = Object.keys(kdcl.params.rule.options) as ('minlogit' | 'naive' | 'linear' | 'general')[];

describe.each(rules)('%s', (rule) => {
  it('has nothing to learn among equals', async () => {
    const twins = [students[0]!, students[0]!, students[0]!];
    expect(
      Math.abs((await termsOf(kdcl, { params: { rule }, students: twins, labels }))['joint']!),
    ).toBeLessThan(1e-5);
  });

  it('is plain training at weight 0, to the last bit of each gradient', async () => {
    const slopes = await gradientsOf(kdcl, { params: { rule, weight: 0 }, students, labels });
    for (const [i, student] of students.entries())
      expect(slopes[`${i}/logits`]).toEqual((await gradientsOf(labelsOnly, { student, labels }))['0/logits']);
  });

  it('stays finite for logits of +-1e4', async () => {
    const far = logits.map((z) => ops.mul(1e4, ops.sign(z)) as Tensor2D);
    const values = await numbersOf(() => jointTeacher(ops, rule, far, targets));
    expect(values.every(Number.isFinite)).toBe(true);
  });
});

it('MinLogit is never less sure of the true class than any student', async () => {
  const sure = (z: Tensor2D) => numbersOf(() => ops.sum(ops.mul(ops.softmax(z), targets), -1));
  const joint = await sure(jointTeacher(ops, 'minlogit', logits, targets));
  for (const z of logits)
    for (const [i, p] of (await sure(z)).entries()) expect(joint[i]!).toBeGreaterThanOrEqual(p - 1e-6);
});

it('the linear mixture beats equal shares, and comes near the best student of each image', async () => {
  const loss = (z: Tensor2D) => numberOf(() => ops.crossEntropy(z, targets));
  const linear = await loss(jointTeacher(ops, 'linear', logits, targets));
  expect(linear).toBeLessThan(await loss(ops.div(ops.addN(logits), 3)));
  expect(linear).toBeLessThan((await loss(jointTeacher(ops, 'naive', logits, targets))) + 0.05);
});

it('the general weights add up to 1 and have no more error than any student', async () => {
  const covariance = errorCovariance(ops, logits, targets);
  const weights = leastErrorWeights(ops, covariance);
  const column = ops.expandDims(weights, 1) as Tensor2D;
  const error = await numberOf(() => ops.matMul(ops.transpose(column), ops.matMul(covariance, column)));
  expect(await numberOf(() => ops.sum(weights))).toBeCloseTo(1, 5);
  const flat = await numbersOf(() => covariance);
  for (const i of [0, 1, 2]) expect(error).toBeLessThanOrEqual(flat[4 * i]! + 1e-6);
});

it('the general weights are measured before each epoch on the validation images, and used until the next', async () => {
  const held = [4, 5].map((seed) => matrix(9, 5, seed, 2));
  const seen = labelsOf(9, 5);
  const extras = { weights: ops.tensor1d([0.5, 0.5]) } as unknown as Measured;
  let written: Float32Array | undefined;
  const pass = {
    ...{ ops, extras, classes: 5 },
    compute: async (make: () => Tensor) => Float32Array.from(await make().data()),
    held: {
      labels: Int32Array.from(await seen.data()),
      answers: async (read: (step: object) => Tensor) =>
        Float32Array.from(await read({ students: held.map((z) => net({ logits: z })) }).data()),
      write: (_: unknown, values: Float32Array) => {
        written = values;
      },
    },
  };
  await kdcl.epoch!(1, pass as never, undefined as never, { ...params, rule: 'general' });
  const wanted = await numbersOf(() =>
    leastErrorWeights(ops, errorCovariance(ops, held, ops.oneHot(seen, 5))),
  );
  wanted.forEach((weight, i) => {
    expect(written![i]).toBeCloseTo(weight, 5);
  });
  const measured = { weights: ops.tensor1d([0.25, 0.75]) } as unknown as Measured;
  const two = logits.slice(0, 2);
  const joint = await numbersOf(() => jointTeacher(ops, 'general', two, targets, measured));
  const mixed = await numbersOf(() => ops.add(ops.mul(two[0]!, 0.25), ops.mul(two[1]!, 0.75)));
  joint.forEach((z, i) => {
    expect(z).toBeCloseTo(mixed[i]!, 5);
  });
  await kdcl.epoch!(1, { ...pass, extras: undefined } as never, undefined as never, params);
});

it('trains as many students as asked for', () => {
  expect(kdcl.roles?.peers?.({ peers: 4, rule: 'naive', temperature: 2, weight: 1 })).toBe(4);
});
