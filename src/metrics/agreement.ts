import { argmax } from '../core/logits';
import { defineMetric } from './kit';
import { meanOverRows } from './tools';

/** Share of rows where learner and teacher name the same class, right or wrong. */
export default defineMetric({
  id: 'agreement',
  name: 'Agreement with teacher',
  short: 'Agreement',
  summary: 'How often the learner names the class its teacher names.',
  better: 'higher',
  format: 'percent',
  definition: 'mean [argmax z = argmax p_T]',
  source: 'Stanton et al., Does Knowledge Distillation Really Work?, NeurIPS 2021, eq. 2.',
  needsTeacher: true,
  compute(p) {
    const teacher = p.teacher;
    if (!teacher?.every(Number.isFinite)) return undefined;
    const same = (row: number) => argmax(p.logits, row, p.classes) === argmax(teacher, row, p.classes);
    return meanOverRows(p, (row) => (same(row) ? 1 : 0));
  },
});
