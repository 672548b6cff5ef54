import { tailCounts } from '../data/regimes/long-tailed';
import type { Scalar, Tensor, Tensor2D } from '../engine/types';
import { cosineLogits, together } from '../methods/mdcs/experts';
import { allTerms, expertTerms, rampOf, shifted } from '../methods/mdcs/losses';
import { defineGolden, type Given, ops } from './kit';

const expertsOf = (given: Given): Tensor2D[] => ops.unstack(given.tensor('logits')) as Tensor2D[];

function losses(given: Given) {
  const logits = expertsOf(given);
  const logs = ops.log(ops.expandDims(given.tensor('counts'), 0));
  const y = ops.oneHot(given.whole('y'), logits[0]?.shape[1] ?? 1);
  const targets = ops.concat([y, y]) as Tensor2D;
  const lambdas = given.params['lambdas'] as number[];
  const t = typeof given.params['T'] === 'number' ? given.params['T'] : 1;
  const terms = logits.map((z, e) => expertTerms(ops, shifted(ops, z, logs, lambdas[e] ?? 1), targets, t));
  const [weight, length] = ['w_cs', 'warmup'].map((key) => (given.params[key] as number | undefined) ?? 1);
  const ramp = rampOf(ops, weight ?? 1, ops.scalar(given.number('epoch')), length ?? 1);
  const { diversity, consistency } = allTerms(ops, terms, ramp);
  const stack = (parts: readonly Scalar[]): Tensor => ops.stack([...parts]);
  return {
    loss: ops.add(diversity, consistency),
    sum_dl: diversity,
    dl: stack(terms.map((e) => e.diversity)),
    cs: stack(terms.map((e) => e.consistency)),
    n_selected: stack(terms.map((e) => e.kept)),
    ramp,
    plain_ce: stack(logits.map((z) => ops.crossEntropy(z, targets))),
  };
}

/** The regime's own rule on classes that all have as many images as the first. */
function tail(given: Given) {
  const classes = given.number('K');
  const places = Array.from({ length: classes }, (_, i) => i);
  const full = new Array<number>(classes).fill(given.number('n_max'));
  return { counts: ops.tensor1d(tailCounts(full, places, 1 / given.number('imb'))) };
}

export default defineGolden({
  id: 'mdcs',
  compute(given) {
    switch (given.name) {
      case 'long_tail_counts':
        return tail(given);
      case 'normed_logits':
        return { logits: cosineLogits(ops, given.tensor('f'), given.tensor('W'), given.number('s')) };
      case 'ensemble':
        return { mean_logits: together(ops, expertsOf(given)) };
      default:
        return losses(given);
    }
  },
});
