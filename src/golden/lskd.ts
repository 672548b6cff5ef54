import lskd from '../methods/lskd';
import { defineGolden, makeStep, net, ops } from './kit';

export default defineGolden({
  id: 'lskd',
  compute(c) {
    const decoupled = c.name === 'zscore-dkd';
    const step = makeStep(lskd, {
      params: {
        temperature: c.number('T'),
        weight: 1,
        base: decoupled ? 'dkd' : 'kd',
        ...(decoupled ? { alpha: c.number('alpha'), beta: c.number('beta') } : {}),
      },
      student: net({ logits: c.matrix('z_s') }),
      teacher: net({ logits: c.matrix('z_t') }),
      ...(decoupled ? { labels: c.whole('y') } : {}),
    });
    return { zscore_s: ops.standardizeRows(step.student.logits), loss: lskd.losses(step).kd };
  },
});
