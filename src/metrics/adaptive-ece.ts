import { defineMetric } from './kit';
import { BINS, Bins, top, usable } from './tools';

/**
 * Calibration error of the top class over 15 bins with equally many rows. Row r in order of confidence goes
 * to bin floor(15 r / n); of equal confidences the wrong answers come first, so row order does not matter.
 */
export default defineMetric({
  id: 'adaptive-ece',
  name: 'Adaptive calibration error',
  short: 'Adaptive ECE',
  summary: 'Calibration error with equally filled bins, so that crowded confidences are resolved.',
  better: 'lower',
  format: 'percent',
  definition: 'sum_b n_b / n |acc(b) - conf(b)|, 15 equal-mass bins of max p',
  source: 'Mukhoti et al., Calibrating Deep Neural Networks using Focal Loss, NeurIPS 2020 (AdaECE).',
  compute(p) {
    if (!usable(p)) return undefined;
    const { classes, confidence } = top(p);
    const hit = (row: number) => classes[row] === p.labels[row];
    const order = Array.from(confidence.keys()).sort(
      (a, b) => confidence[a]! - confidence[b]! || Number(hit(a)) - Number(hit(b)),
    );
    const bins = new Bins(BINS);
    order.forEach((row, rank) => {
      bins.add(Math.floor((BINS * rank) / p.rows), confidence[row]!, hit(row));
    });
    return bins.error(p.rows);
  },
});
