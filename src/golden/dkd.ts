import dkd from '../methods/dkd';
import { defineGolden, makeStep, net, ops } from './kit';

export default defineGolden({
  id: 'dkd',
  compute(c) {
    const step = (alpha: number, beta: number) =>
      dkd.losses(
        makeStep(dkd, {
          params: { temperature: c.number('T'), alpha, beta },
          student: net({ logits: c.matrix('z_s') }),
          teacher: net({ logits: c.matrix('z_t') }),
          labels: c.whole('y'),
          progress: ops.scalar(1),
        }),
      );
    const [plain, weighted] = [step(1, 1), step(c.number('alpha'), c.number('beta'))];
    return { tckd: plain.target, nckd: plain.rest, loss: ops.add(weighted.target, weighted.rest) };
  },
});
