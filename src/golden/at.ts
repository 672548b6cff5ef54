import at, { attentionMap } from '../methods/at';
import { defineGolden, makeStep, net, ops } from './kit';

export default defineGolden({
  id: 'at',
  compute(c) {
    const power = c.number('p');
    const [from, to] = [c.tensor('F_s'), c.tensor('F_t')];
    const step = makeStep(at, {
      params: { weight: 1, power },
      student: net({ taps: { stage1: from } }),
      teacher: net({ taps: { stage1: to } }),
    });
    return { loss: at.losses(step).attention, map_s: attentionMap(ops, from, power) };
  },
});
