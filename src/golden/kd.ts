import kd from '../methods/kd';
import { defineGolden, makeStep, net, total } from './kit';

export default defineGolden({
  id: 'kd',
  compute(c) {
    const step = (ceWeight: number, kdWeight: number) =>
      kd.losses(
        makeStep(kd, {
          params: { temperature: c.number('T'), ceWeight, kdWeight },
          student: net({ logits: c.matrix('z_s') }),
          teacher: net({ logits: c.matrix('z_t') }),
          labels: c.whole('y'),
        }),
      );
    const plain = step(1, 1);
    return {
      ce: plain.ce,
      kl_T2: plain.kd,
      loss: total(step(c.number('ce_weight'), c.number('kd_weight'))),
    };
  },
});
