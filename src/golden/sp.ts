import sp from '../methods/sp';
import { defineGolden, makeStep, net } from './kit';

export default defineGolden({
  id: 'sp',
  compute(c) {
    const step = makeStep(sp, {
      params: { weight: 1 },
      student: net({ taps: { last: c.tensor('F_s') } }),
      teacher: net({ taps: { last: c.tensor('F_t') } }),
    });
    return { loss: sp.losses(step).similarity };
  },
});
