import type { Tensor, Tensor1D, Tensor2D } from '../engine/types';
import { Bisection } from '../methods/know2vec/bisection';
import { maskedRank, releasedRank, transferabilityLoss, weightedTau } from '../methods/know2vec/losses';
import type { BiLstm, Lstm } from '../methods/know2vec/lstm';
import { modelVectors, queryVectors, taskLoss } from '../methods/know2vec/vectors';
import { defineGolden, type Given, ops } from './kit';

/** One direction as the cases hold it. */
type Cell = Readonly<Record<'W' | 'R' | 'b', number[][] & number[]>>;
type Both = Readonly<Record<'fw' | 'bw', Cell>>;

/** Weights of cells side by side. */
function side(cells: readonly Cell[]): Lstm {
  const stacked = (key: 'W' | 'R') => ops.stack(cells.map((cell) => ops.tensor2d(cell[key])));
  return {
    kernel: stacked('W'),
    recurrent: stacked('R'),
    bias: ops.stack(cells.map(({ b }) => ops.reshape(ops.tensor1d(b), [1, -1]))),
  };
}

const bothWays = (layers: readonly Both[]): BiLstm => ({
  forward: side(layers.map(({ fw }) => fw)),
  backward: side(layers.map(({ bw }) => bw)),
});

function model(given: Given) {
  const params = given.inputs['params'] as { rows: Both[]; top: Cell };
  const weights = { rows: bothWays(params.rows), top: side([params.top]) };
  const { raw, vector } = modelVectors(ops, given.tensor('encoded'), weights);
  const head = [{ weight: given.tensor('head_W'), bias: given.tensor('head_b') }];
  const tasks = given.tensor('head_b').size;
  return { raw, vector, head_ce: taskLoss(ops, raw, head, given.whole('task'), tasks) };
}

function query(given: Given) {
  const { seq, W, b } = given.inputs['params'] as { seq: Both; W: number[][]; b: number[] };
  const out = { weight: ops.tensor2d(W), bias: ops.tensor1d(b) };
  const weights = { query: bothWays([seq]), out };
  return { vector: queryVectors(ops, given.tensor('class_means'), weights) };
}

/** The classifier of the case: the larger entry of p A + a0. */
function bisection(given: Given) {
  const [A, a0] = [given.inputs['A'] as number[][], given.inputs['a0'] as number[]];
  const label = (p: ArrayLike<number>): number => {
    const scores = a0.map((b, k) => b + p[0]! * A[0]![k]! + p[1]! * A[1]![k]!);
    return scores.indexOf(Math.max(...scores));
  };
  const point = (key: string) => Float32Array.from(given.inputs[key] as number[]);
  const [from, to] = [point('from_'), point('to')];
  const search = new Bisection(from, to, [label(from)]);
  for (let step = 0; step < given.number('steps'); step++) search.tell([label(search.middle)]);
  return {
    label_from: label(from),
    label_to: label(to),
    t: search.share[0]!,
    point: ops.tensor1d(search.points),
  };
}

export default defineGolden({
  id: 'know2vec',
  compute(given): Record<string, Tensor | number> {
    const pair = (): [Tensor2D, Tensor2D] => [given.matrix('q'), given.matrix('m')];
    switch (given.name) {
      case 'model-vector':
        return model(given);
      case 'query-vector':
        return query(given);
      case 'rank-loss-released':
        return { loss: releasedRank(ops, ...pair()) };
      case 'rank-loss-masked':
        return { loss: maskedRank(ops, ...pair(), given.whole('task'), given.number('margin')) };
      case 'transferability-loss': {
        const found = transferabilityLoss(ops, ...pair(), given.matrix('labels'), given.number('margin'));
        return { loss: found.loss, negative_index: found.negative };
      }
      case 'boundary-bisection':
        return bisection(given);
      case 'weighted-tau':
        return { tau: weightedTau(ops, given.tensor('x') as Tensor1D, given.tensor('y')) };
      default:
        throw new Error(`The case '${given.name}' has no adapter.`);
    }
  },
});
