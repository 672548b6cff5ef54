import type { Tensor2D } from '../engine/types';
import { branchLosses, ensembleOf, gateOf, grow } from '../methods/one/branches';
import { defineGolden, FixedBuild, ops } from './kit';

export default defineGolden({
  id: 'one',
  compute(c) {
    const pooled = c.matrix('pooled');
    const logits = ops.unstack(c.tensor('z_branches'), 2) as Tensor2D[];
    const classes = logits[0]!.shape[1];
    const build = new FixedBuild({
      'gate/score/weight': c.tensor('W_gate'),
      'gate/score/bias': c.tensor('b_gate'),
      'gate/norm/scale': c.tensor('bn_gamma'),
      'gate/norm/shift': c.tensor('bn_beta'),
    });
    const shapes = { embedding: 2, taps: { trunk: [1, 1, pooled.shape[1]], last: [1, 1, 2] } };
    const given = { classes, samples: 6, image: [1, 1, 1], student: shapes, teacher: undefined };
    const extras = grow(build, { ...given, params: { branches: logits.length } });
    const gate = gateOf(ops, extras, pooled);
    const { ce, kl } = branchLosses(ops, logits, gate, ops.oneHot(c.whole('y'), classes), c.number('T'));
    const loss = ops.add(ce, ops.mul(kl, c.number('kl_weight')));
    return { gate, ensemble: ensembleOf(ops, logits, gate), ce_sum: ce, kl_sum: kl, loss };
  },
});
