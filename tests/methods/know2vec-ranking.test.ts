import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { ops } from '../../src/golden/kit';
import { layOut } from '../../src/methods/know2vec/lay-out';
import {
  maskedRank,
  releasedRank,
  transferabilityLoss,
  weightedTau,
} from '../../src/methods/know2vec/losses';
import { biLstm, growBiLstm } from '../../src/methods/know2vec/lstm';
import { hits, spreadMost } from '../../src/methods/know2vec/measures';
import { growEncoders, modelVectors, queryVectors } from '../../src/methods/know2vec/vectors';
import { matrix, normal, numberOf, numbersOf } from './support';

const ints = (values: readonly number[]): Tensor1D => ops.tensor1d([...values], 'int32');

describe('ranking', () => {
  const eye = ops.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
  const unit = (seed: number): Tensor2D => ops.l2Normalize(matrix(6, 5, seed)) as Tensor2D;

  it('as released costs nothing for the identity, nor when all vectors coincide', async () => {
    expect(await numberOf(() => releasedRank(ops, eye, eye))).toBe(0);
    const same = ops.tile(ops.slice(eye, [0, 0], [1, 3]), [3, 1]) as Tensor2D;
    expect(await numberOf(() => releasedRank(ops, same, same))).toBe(0);
    expect(await numberOf(() => maskedRank(ops, same, same, ints([0, 1, 2]), 0.2))).toBeCloseTo(0.2, 6);
  });

  it('with a mask ignores pairs of one task', async () => {
    const [q, m] = [unit(1), unit(2)];
    const loss = (task: readonly number[]) => numberOf(() => maskedRank(ops, q, m, ints(task), 0.2));
    expect(await loss([4, 4, 4, 4, 4, 4])).toBe(0);
    expect(await loss([0, 1, 2, 3, 4, 5])).toBeGreaterThan(await loss([0, 0, 0, 1, 1, 1]));
  });

  it('by transferability counts no negative where every network is listed', async () => {
    const [q, m] = [unit(1), unit(1)];
    const listed = ops.add(ops.zeros([6, 6]), 0.1);
    const best = ops.add(
      listed,
      ops.tensor2d(
        [...Array(36).keys()].map((i) => Number(i % 7 === 0)),
        [6, 6],
      ),
    );
    const cost = (p: Tensor) => numberOf(() => transferabilityLoss(ops, q, m, p as Tensor2D, 0.2).loss);
    expect(await cost(best)).toBeCloseTo(0, 6);
  });

  it('hits when the own network leads; those that score the same come first', async () => {
    const own = ops.tensor2d([1, 0, 0, 0, 0, 1], [2, 3]);
    const scores = ops.tensor2d([3, 2, 1, 3, 2, 1], [2, 3]);
    expect(await numberOf(() => hits(ops, scores, own, 1))).toBe(0.5);
    expect(await numberOf(() => hits(ops, scores, own, 3))).toBe(1);
    expect(await numberOf(() => hits(ops, ops.zeros([2, 3]), own, 2))).toBe(0);
  });

  it('has tau 1 in the right order and -1 in the wrong one', async () => {
    const truth = ops.tensor2d([0.9, 0.1, 0.5, 0.2, 0.1, 0.3], [2, 3]);
    expect(await numbersOf(() => weightedTau(ops, truth, truth))).toEqual(
      [1, 1].map((x) => expect.closeTo(x, 6)),
    );
    expect(await numbersOf(() => weightedTau(ops, truth, ops.neg(truth)))).toEqual(
      [-1, -1].map((x) => expect.closeTo(x, 6)),
    );
    expect(await numbersOf(() => weightedTau(ops, truth, ops.zeros([2, 3])))).toEqual([0, 0]);
  });
});

describe('vectors', () => {
  const build = new NetworkBuild(1, 'test');
  const encoders = growEncoders(build, 3, 4, 5);

  it('of networks and queries have length 1', async () => {
    const lengths = (x: Tensor2D) => numbersOf(() => ops.sqrt(ops.sum(ops.square(x), -1)));
    const models = modelVectors(ops, normal([6, 3, 3, 4], 1, 3), encoders).vector;
    for (const length of await lengths(models)) expect(length).toBeCloseTo(1, 6);
    const queries = queryVectors(ops, normal([6, 3, 4], 2, 3), encoders);
    for (const length of await lengths(queries)) expect(length).toBeCloseTo(1, 6);
  });

  it('read backwards only the last step as released, all of it with both ends', async () => {
    const lstm = growBiLstm(build, 'own', [1, 4, 3]);
    const [x, y] = [normal([1, 1, 3, 4], 3), normal([1, 1, 3, 4], 4)];
    const last = (z: Tensor) => ops.slice(z, [0, 0, 2, 0], [1, 1, 1, 4]);
    const mixed = ops.concat([ops.slice(y, [0, 0, 0, 0], [1, 1, 2, 4]), last(x)], 2);
    const backward = async (z: Tensor, ends: boolean) =>
      (await numbersOf(() => biLstm(ops, z, lstm, ends))).slice(3);
    expect(await backward(mixed, false)).toEqual(await backward(x, false));
    expect(await backward(mixed, true)).not.toEqual(await backward(x, true));
  });

  it('of typical images only leave borders out', () => {
    const [nodes, borders] = [Float32Array.of(1, 2), Float32Array.of(8, 9)];
    const zoo = { nets: 1, perTask: 2 };
    expect([...layOut(nodes, borders, zoo, false)]).toEqual([1, 8, 9, 2]);
    expect([...layOut(nodes, borders, zoo, true)]).toEqual([1, 1, 2, 2]);
  });

  it('are drawn along the directions in which they spread most', async () => {
    const along = ops.matMul(matrix(40, 2, 1), ops.tensor2d([5, 0, 0, 0, 1, 0], [2, 3]));
    const [sx, sy] = await numbersOf(() => ops.sum(ops.square(spreadMost(ops, along as Tensor2D)), 0));
    const centred = ops.sub(along, ops.mean(along, 0, true));
    const all = await numberOf(() => ops.sum(ops.square(centred)));
    expect(sx! + sy!).toBeCloseTo(all, 2);
    expect(sx).toBeGreaterThan(5 * sy!);
  });
});
