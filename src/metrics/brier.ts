import { defineMetric } from './kit';
import { meanOverRows } from './tools';

/** Mean squared distance to the one-hot label, summed over classes: 0 to 2. */
export default defineMetric({
  id: 'brier',
  name: 'Brier score',
  short: 'Brier',
  summary: 'Squared distance between the predicted probabilities and the truth.',
  better: 'lower',
  format: 'number',
  definition: 'mean sum_k (p_k - [k = y])^2',
  source: 'Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 1950.',
  compute: (p) =>
    meanOverRows(p, (row) => {
      let sum = 0;
      for (let k = 0; k < p.classes; k++)
        sum += (p.probabilities[row * p.classes + k]! - (k === p.labels[row] ? 1 : 0)) ** 2;
      return sum;
    }),
});
