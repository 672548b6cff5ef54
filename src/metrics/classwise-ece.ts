import { defineMetric } from './kit';
import { classErrors } from './tools';

/** Calibration error of every class's probability, 15 equal-width bins each, mean over classes. */
export default defineMetric({
  id: 'classwise-ece',
  name: 'Classwise calibration error',
  short: 'Classwise ECE',
  summary: 'Calibration error of every class’s probability, not only of the most likely one.',
  better: 'lower',
  format: 'percent',
  definition: '1/K sum_k sum_b n_bk / n |freq_k(b) - p_k(b)|, 15 equal-width bins of each p_k',
  source: 'Kull et al., Beyond temperature scaling, NeurIPS 2019, eq. 3.',
  compute(p) {
    const errors = classErrors(p);
    return errors && errors.reduce((sum, error) => sum + error, 0) / p.classes;
  },
});
