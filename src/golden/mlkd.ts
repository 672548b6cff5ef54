import mlkd from '../methods/mlkd';
import { defineGolden, makeStep, net, total } from './kit';

export default defineGolden({
  id: 'mlkd',
  compute(c) {
    // The other case repeats the released code with its two views and ineffective masks.
    if (c.name !== 'mlkd-single-view') return undefined;
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
