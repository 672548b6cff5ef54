import kdcl from '../methods/kdcl';
import { errorCovariance, jointTeacher, leastErrorWeights } from '../methods/kdcl/joint';
import { defineGolden, makeStep, net, ops, total } from './kit';

export default defineGolden({
  id: 'kdcl',
  // By the loss that is trained: the joint answer is held fixed, so a peer's gradient is that of its own part.
  gradients: { grad_z_1_minlogit: ['total', 'z_1'] },
  compute(c) {
    const logits = ['z_1', 'z_2', 'z_3'].map((input) => c.matrix(input));
    const params = {
      peers: 3,
      rule: 'minlogit' as const,
      temperature: c.number('T'),
      weight: c.number('lambda'),
    };
    const students = logits.map((each) => net({ logits: each }));
    const step = makeStep(kdcl, { params, students, labels: c.whole('y') });
    const teacher = jointTeacher(ops, 'minlogit', logits, step.targets);
    const own = logits.map((z) =>
      ops.add(
        ops.crossEntropy(z, step.targets),
        ops.mul(ops.distillation(z, teacher, params.temperature), params.weight),
      ),
    );
    const covariance = errorCovariance(ops, logits, step.targets);
    return {
      teacher_minlogit: teacher,
      teacher_naive: jointTeacher(ops, 'naive', logits, step.targets),
      teacher_general: jointTeacher(ops, 'general', logits, step.targets),
      losses_minlogit: ops.stack(own),
      general_cov: covariance,
      general_weights: leastErrorWeights(ops, covariance),
      total: total(kdcl.losses(step)),
    };
  },
});
