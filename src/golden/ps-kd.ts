import method from '../methods/ps-kd';
import { defineGolden, makeStep, net, ops, table, total } from './kit';

export default defineGolden({
  id: 'ps-kd',
  compute(given) {
    const [epoch, epochs] = [given.number('epoch'), given.number('epochs')];
    const logits = given.matrix('z_s');
    const step = makeStep(method, {
      params: { strength: given.number('alpha_T') },
      student: net({ logits }),
      labels: given.whole('y'),
      memory: table(given.matrix('p_prev')),
      epoch: ops.scalar(epoch),
      epochs,
    });
    const { weight, target } = method.probe?.(step) ?? {};
    if (!weight || !target) throw new Error('The probe of ps-kd lacks a picture.');
    return { alpha_t: weight, target, loss: total(method.losses(step)) };
  },
});
