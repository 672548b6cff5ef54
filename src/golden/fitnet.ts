import fitnet from '../methods/fitnet';
import { defineGolden, FixedBuild, makeStep, net, ops } from './kit';

const tapShapes = (shape: readonly number[]) => ({ embedding: 2, taps: { stage1: shape.slice(1) } });

export default defineGolden({
  id: 'fitnet',
  compute(c) {
    const [from, to] = [c.tensor('F_s'), c.tensor('F_t')];
    const params = {
      weight: 1,
      stage: 1,
      normalise: c.params['bn_relu'] === true,
      ceWeight: 1,
      kdWeight: 0,
      temperature: 4,
    };
    const build = new FixedBuild({
      'hint/filter': c.tensor('W'),
      'hint/bias': c.tensor('b'),
      'hint/norm/scale': ops.ones([to.shape[3] as number]),
    });
    const extras = fitnet.extras?.(build, {
      params,
      classes: 2,
      samples: 4,
      image: [3, 3, 1],
      student: tapShapes(from.shape),
      teacher: tapShapes(to.shape),
    });
    const step = makeStep(fitnet, {
      params,
      ...(extras ? { extras } : {}),
      student: net({ taps: { stage1: from } }),
      teacher: net({ taps: { stage1: to } }),
    });
    return { loss: fitnet.losses(step).hint };
  },
});
