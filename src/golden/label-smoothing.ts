import smoothing from '../methods/label-smoothing';
import { defineGolden, makeStep, net, total } from './kit';

export default defineGolden({
  id: 'label-smoothing',
  compute(c) {
    const params = { epsilon: c.number('epsilon') };
    const student = net({ logits: c.matrix('z_s') });
    return { loss: total(smoothing.losses(makeStep(smoothing, { params, student, labels: c.whole('y') }))) };
  },
});
