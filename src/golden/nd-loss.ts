import { classMeans } from '../methods/kit';
import method from '../methods/nd-loss';
import { unitRows } from '../methods/nd-loss/direction';
import { defineGolden, type Given, makeStep, net, ops, table, total } from './kit';

/** Released runs have 240 epochs; the method counts in shares of a run. */
const EPOCHS = 240;

const unit = (given: Given) => {
  const centers = given.inputs['centers'] as number[][];
  const width = centers[0]?.length ?? 1;
  return table(ops.tensor2d(unitRows(Float32Array.from(centers.flat()), width), [centers.length, width]));
};

function means(given: Given) {
  const features = given.inputs['features'] as number[][];
  const [width, classes] = [features[0]?.length ?? 1, given.number('K')];
  const centers = classMeans(features.flat(), width, given.inputs['y'] as number[], classes);
  const shape: [number, number] = [classes, width];
  return { centers: ops.tensor2d(centers, shape), unit: ops.tensor2d(unitRows(centers, width), shape) };
}

/** Total loss with whatever parts the case has. */
function loss(given: Given) {
  const has = (input: string) => input in given.inputs;
  const embeddings = has('f_s');
  const number = (param: string, otherwise: number) =>
    param in given.params ? given.number(param) : otherwise;
  const decoupled = 'alpha' in given.params;
  const part = (suffix: string) =>
    net({
      ...(has(`z_${suffix}`) ? { logits: given.matrix(`z_${suffix}`) } : {}),
      ...(embeddings ? { embedding: given.matrix(`f_${suffix}`) } : {}),
    });
  const classes = embeddings ? (given.inputs['centers'] as unknown[]).length : 4;
  const [student, teacher] = [part('s'), part('t')];
  const labels = given.whole('y');
  const targets = ops.oneHot(labels, student.logits.shape[1] === classes ? classes : 2);
  const step = makeStep(method, {
    params: {
      ndWeight: number('w_nd', embeddings ? 1 : 0),
      ceWeight: number('w_ce', 0),
      kdWeight: number('w_kd', decoupled ? 1 : 0),
      host: decoupled ? 'dkd' : 'kd',
      alpha: number('alpha', 1),
      beta: number('beta', 1),
      temperature: number('T', 1),
      warmup: number('warmup', 0) / EPOCHS,
    },
    student,
    teacher,
    labels,
    targets,
    memory: embeddings ? unit(given) : table(ops.zeros([classes, 2])),
    progress: ops.scalar(number('epoch', 0) / EPOCHS),
  });
  return { step, terms: method.losses(step) };
}

export default defineGolden({
  id: 'nd-loss',
  compute(given) {
    if (given.name === 'class-means') return means(given);
    const { step, terms } = loss(given);
    const params = { ...step.params, ceWeight: 1, kdWeight: 1, ndWeight: 1, warmup: 0 };
    // Over the step and not a copy of it: what it has not throws when it is read.
    const raw = method.losses(Object.create(step, { params: { value: params } }));
    return { loss: total(terms), ce: raw.ce, kd: raw.kd, nd: raw.nd };
  },
});
