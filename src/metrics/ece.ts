import { defineMetric } from './kit';
import { BINS, Bins, binOf, top, usable } from './tools';

/** Calibration error of the top class over 15 equal-width bins `(lo, hi]`. */
export default defineMetric({
  id: 'ece',
  name: 'Expected calibration error',
  short: 'ECE',
  summary: 'How far stated confidence and real accuracy are apart.',
  better: 'lower',
  format: 'percent',
  definition: 'sum_b n_b / n |acc(b) - conf(b)|, 15 equal-width bins of max p',
  source: 'Guo et al., On Calibration of Modern Neural Networks, ICML 2017, eq. 3.',
  compute(p) {
    if (!usable(p)) return undefined;
    const bins = new Bins(BINS);
    const { classes, confidence } = top(p);
    confidence.forEach((value, row) => {
      bins.add(binOf(value, BINS), value, classes[row] === p.labels[row]);
    });
    return bins.error(p.rows);
  },
});
