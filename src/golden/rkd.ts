import rkd from '../methods/rkd';
import { defineGolden, makeStep, net, ops } from './kit';

export default defineGolden({
  id: 'rkd',
  compute(c) {
    const step = (distance: number, angle: number) =>
      rkd.losses(
        makeStep(rkd, {
          params: { distance, angle },
          student: net({ embedding: c.matrix('f_s') }),
          teacher: net({ embedding: c.matrix('f_t') }),
        }),
      );
    const [plain, weighted] = [step(1, 1), step(c.number('w_dist'), c.number('w_angle'))];
    return { dist: plain.distance, angle: plain.angle, loss: ops.add(weighted.distance, weighted.angle) };
  },
});
