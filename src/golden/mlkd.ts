import mlkd from '../methods/mlkd';
import { defineGolden, type Given, makeStep, net, ops, total } from './kit';

/** Both views in one batch, as the method sees them. */
function released(given: Given) {
  const both = (input: string) =>
    ops.concat([given.matrix(`${input}_weak`), given.matrix(`${input}_strong`)]);
  const labels = given.whole('y');
  const terms = mlkd.losses(
    makeStep(mlkd, {
      params: { form: 'released', ceWeight: given.number('ce_weight'), weight: given.number('kd_weight') },
      student: net({ logits: both('z_s') }),
      teacher: net({ logits: both('z_t') }),
      labels: ops.concat([labels, labels]),
    }),
  );
  return {
    loss_ce: terms.ce,
    loss_kd: terms.instance,
    loss_bc: terms.batch,
    loss_cc: terms.class,
    loss: total(terms),
  };
}

export default defineGolden({
  id: 'mlkd',
  compute(c) {
    if (c.name === 'mlkd-as-executed') return released(c);
    const step = (ceWeight: number, weight: number) =>
      mlkd.losses(
        makeStep(mlkd, {
          params: { ceWeight, weight },
          student: net({ logits: c.matrix('z_s') }),
          teacher: net({ logits: c.matrix('z_t') }),
          labels: c.whole('y'),
        }),
      );
    const plain = step(1, 1);
    return {
      instance_kl: plain.instance,
      batch_gram: plain.batch,
      class_gram: plain.class,
      loss: total(step(c.number('ce_weight'), c.number('kd_weight'))),
    };
  },
});
