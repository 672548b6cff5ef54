/** The one answer that peers build together and learn from (Guo et al. 2020, section 3). */
import type { Ops, Tensor, Tensor1D, Tensor2D, Variable } from '../../engine/types';
import type { Midway } from '../kit';

export type Rule = 'minlogit' | 'naive' | 'linear' | 'general';

/** Steps of the search for the best mixture of one image, and their size. */
const SEARCH = { steps: 10, rate: 0.5 };

/** Mean product of the errors (p - y) of each pair of peers over rows and classes, `[m, m]`. */
export function errorCovariance(ops: Ops, logits: readonly Tensor2D[], targets: Tensor2D): Tensor2D {
  const errors = ops.stack(
    logits.map((z) => ops.reshape(ops.sub(ops.softmax(z), targets), [-1])),
  ) as Tensor2D;
  return ops.div(ops.matMul(errors, errors, false, true), targets.size);
}

/** The weights with sum 1 and least w^T C w: C^-1 1 / (1^T C^-1 1), by Gauss and Jordan, `[m]`. */
export function leastErrorWeights(ops: Ops, covariance: Tensor2D): Tensor {
  const m = covariance.shape[0];
  let rows: Tensor = ops.concat([covariance, ops.ones([m, 1])], 1);
  for (let k = 0; k < m; k++) {
    const pivot = ops.maximum(ops.slice(rows, [k, k], [1, 1]), 1e-8);
    const row = ops.div(ops.slice(rows, [k, 0], [1, m + 1]), pivot);
    const unit = ops.oneHot(ops.tensor1d([k], 'int32'), m);
    rows = ops.sub(
      rows,
      ops.matMul(ops.sub(ops.slice(rows, [0, k], [m, 1]), ops.transpose(unit)) as Tensor2D, row as Tensor2D),
    );
  }
  const solution = ops.reshape(ops.slice(rows, [0, m], [m, 1]), [m]);
  return ops.div(solution, ops.sum(solution));
}

/** Mixture of the peers that lowers the cross-entropy of each image, by exponentiated gradient from equal shares. */
function bestMixture(ops: Ops, logits: readonly Tensor2D[], targets: Tensor2D): Tensor2D {
  const stacked = ops.stack([...logits], 2);
  const mix = (scores: Tensor) =>
    ops.sum(ops.mul(stacked, ops.expandDims(ops.softmax(scores), 1)), 2) as Tensor2D;
  let scores: Tensor = ops.zeros([targets.shape[0], logits.length]);
  for (let step = 0; step < SEARCH.steps; step++) {
    const error = ops.sub(ops.softmax(mix(scores)), targets);
    const slope = ops.sum(ops.mul(stacked, ops.expandDims(error, 2)), 1);
    scores = ops.sub(scores, ops.mul(slope, SEARCH.rate));
  }
  return mix(scores);
}

/** Weights of the general rule, `[m]`: equal until they are measured. */
export interface Measured {
  readonly weights: Variable;
}

/** Measures the weights with the least error on the validation images. */
export async function measure(pass: Midway<Measured | undefined>): Promise<void> {
  const { ops, held, extras, classes } = pass;
  if (!extras || held.labels.length === 0) return;
  const answers = await held.answers(
    ({ students }) =>
      ops.concat(
        students.map(({ logits }) => logits),
        1,
      ) as Tensor2D,
  );
  const weights = await pass.compute(() => {
    const all = ops.tensor2d(answers, [held.labels.length, answers.length / held.labels.length]);
    const logits = ops.split(all, all.shape[1] / classes, 1) as Tensor2D[];
    const targets = ops.oneHot(ops.tensor1d(held.labels, 'int32'), classes);
    return leastErrorWeights(ops, errorCovariance(ops, logits, targets));
  });
  held.write(extras.weights, weights);
}

/** The logits that teach all peers, `[b, k]`, without gradient. @param measured else the general rule uses the batch. */
export function jointTeacher(
  ops: Ops,
  rule: Rule,
  peers: readonly Tensor2D[],
  targets: Tensor2D,
  measured?: Measured,
): Tensor2D {
  const logits = peers.map((z) => ops.stopGradient(z));
  if (rule === 'linear') return bestMixture(ops, logits, targets);
  const stacked = ops.stack(logits);
  if (rule === 'minlogit') {
    const own = ops.sum(ops.mul(stacked, targets), -1, true);
    return ops.min(ops.sub(stacked, own), 0) as Tensor2D;
  }
  const m = logits.length;
  if (rule === 'general') {
    const weights = measured?.weights ?? leastErrorWeights(ops, errorCovariance(ops, logits, targets));
    return ops.sum(ops.mul(stacked, ops.reshape(weights, [m, 1, 1])), 0) as Tensor2D;
  }
  const losses = ops.stack(logits.map((z) => ops.crossEntropyRows(z, targets)));
  const best = ops.oneHot(ops.argMax(ops.neg(losses), 0) as Tensor1D, m);
  return ops.sum(ops.mul(stacked, ops.expandDims(ops.transpose(best), 2)), 0) as Tensor2D;
}
