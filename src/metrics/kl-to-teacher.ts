import { logSumExp } from '../core/logits';
import { defineMetric } from './kit';
import { meanOverRows } from './tools';

/** Mean KL divergence from teacher to learner in nats; a class the teacher gives 0 adds nothing. */
export default defineMetric({
  id: 'kl-to-teacher',
  name: 'Divergence from teacher',
  short: 'KL to teacher',
  summary: 'How much of the teacher’s whole answer, not only its first choice, the learner misses.',
  better: 'lower',
  format: 'number',
  definition: 'mean sum_k p_T(k) ln(p_T(k) / p(k))',
  source: 'Stanton et al., Does Knowledge Distillation Really Work?, NeurIPS 2021, eq. 3.',
  needsTeacher: true,
  compute(p) {
    const teacher = p.teacher;
    if (!teacher?.every(Number.isFinite)) return undefined;
    return meanOverRows(p, (row) => {
      const { max, log } = logSumExp(p.logits, row * p.classes, p.classes);
      let sum = 0;
      for (let k = 0; k < p.classes; k++) {
        const t = teacher[row * p.classes + k]!;
        if (t > 0) sum += t * (Math.log(t) - (p.logits[row * p.classes + k]! - max - log));
      }
      return Math.max(0, sum);
    });
  },
});
