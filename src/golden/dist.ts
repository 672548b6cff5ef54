import dist from '../methods/dist';
import { defineGolden, makeStep, net, ops } from './kit';

export default defineGolden({
  id: 'dist',
  compute(c) {
    const step = (inter: number, intra: number) =>
      dist.losses(
        makeStep(dist, {
          params: { temperature: c.number('tau'), inter, intra },
          student: net({ logits: c.matrix('z_s') }),
          teacher: net({ logits: c.matrix('z_t') }),
        }),
      );
    const [plain, weighted] = [step(1, 1), step(c.number('beta'), c.number('gamma'))];
    return { inter: plain.inter, intra: plain.intra, loss: ops.add(weighted.inter, weighted.intra) };
  },
});
