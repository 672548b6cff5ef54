import { argmax } from '../core/logits';
import { defineMetric } from './kit';
import { meanOverRows } from './tools';

/** Share of rows whose largest logit is the true class; of equal logits the first counts. */
export default defineMetric({
  id: 'accuracy',
  name: 'Accuracy',
  short: 'Accuracy',
  summary: 'How often the most likely class is the right one.',
  better: 'higher',
  format: 'percent',
  definition: 'mean [argmax z = y]',
  source: 'Standard.',
  compute: (p) => meanOverRows(p, (row) => (argmax(p.logits, row, p.classes) === p.labels[row] ? 1 : 0)),
});
