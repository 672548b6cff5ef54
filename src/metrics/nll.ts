import { logSumExp } from '../core/logits';
import { defineMetric } from './kit';
import { meanOverRows } from './tools';

/** Mean negative natural log-probability of the true class, from log-softmax: finite for finite logits. */
export default defineMetric({
  id: 'nll',
  name: 'Negative log-likelihood',
  short: 'NLL',
  summary: 'How surprised the learner is by the true class; sure mistakes cost most.',
  better: 'lower',
  format: 'number',
  definition: '-mean ln p(y)',
  source: 'Good, Rational Decisions, JRSS B 1952.',
  compute: (p) =>
    meanOverRows(p, (row) => {
      const at = row * p.classes;
      const { max, log } = logSumExp(p.logits, at, p.classes);
      return max + log - p.logits[at + p.labels[row]!]!;
    }),
});
