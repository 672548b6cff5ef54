import method from '../methods/sinkd';
import { transport } from '../methods/sinkd/transport';
import { defineGolden, makeStep, net, ops, total } from './kit';

export default defineGolden({
  id: 'sinkd',
  compute(given) {
    const [student, teacher] = [given.matrix('z_s'), given.matrix('z_t')];
    const { cost, plan, distance } = transport(
      ops,
      student,
      teacher,
      given.number('eps'),
      given.number('iters'),
    );
    if (!('alpha' in given.params)) {
      const sums = { plan_row_sums: ops.sum(plan, 1), plan_col_sums: ops.sum(plan, 0) };
      return { cost, plan, ...sums, loss: distance, l1: ops.sum(cost) };
    }
    const alpha = given.number('alpha');
    const terms = method.losses(
      makeStep(method, {
        params: {
          alpha,
          beta: given.number('beta'),
          temperature: given.number('T_kd'),
          epsilon: given.number('eps'),
          sweeps: given.number('iters'),
          scale: 'released',
          squared: false,
        },
        student: net({ logits: student }),
        teacher: net({ logits: teacher }),
        labels: given.whole('y'),
      }),
    );
    return { loss: total(terms), kd_soft_ce: ops.div(terms.kd, alpha) };
  },
});
