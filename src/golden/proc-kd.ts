import type { Tensor2D } from '../engine/types';
import method from '../methods/proc-kd';
import { augment, learnPrototypes, type Modules, modules } from '../methods/proc-kd/modules';
import { defineGolden, FixedBuild, type Given, makeStep, net, ops } from './kit';

/** Weights of the file by their names here. */
const NAMES: Readonly<Record<string, string>> = {
  join: 'cat',
  assign: 'as',
  readout: 'v',
  'mix/first': 't1',
  'mix/second': 't2',
  embed: 'e',
  'fuse/first': 'g1',
  'fuse/second': 'g2',
};

/** The modules on the weights of a case; those it has not are zero. */
function built(given: Given): Modules {
  const weights = Object.entries(NAMES).flatMap(([name, input]) =>
    ['weight', 'bias'].flatMap((part): [string, ReturnType<Given['tensor']>][] => {
      const key = `${input}_${part[0]}`;
      return key in given.inputs ? [[`${name}/${part}`, given.tensor(key)]] : [];
    }),
  );
  const prototypes = given.tensor('cent');
  const [count = 1, c = 1] = prototypes.shape;
  const build = new FixedBuild({ ...Object.fromEntries(weights), prototypes });
  const shapes = { embedding: c, taps: { a: [5, c], b: [5, c], c: [5, c] } };
  return modules(build, { layers: 3, count, student: shapes, teacher: shapes });
}

const turned = (weights: ReturnType<Given['tensor']>) => ops.transpose(weights, [0, 2, 1]);

function training(given: Given) {
  const m = built(given);
  const joined = ops.concat(
    ['t1', 't2', 't3'].map((each) => given.tensor(each)),
    2,
  );
  const { tokens, assigned } = learnPrototypes(ops, m, joined);
  const out = augment(ops, m, tokens);
  return {
    assignment: assigned,
    prototype_tokens: tokens,
    alignment: turned(out.aligned),
    augmented: out.tokens,
    sum: ops.sum(ops.mul(out.tokens, given.tensor('probe'))),
  };
}

function inference(given: Given) {
  const { tokens, aligned } = augment(ops, built(given), given.tensor('x_s'));
  return { alignment: turned(aligned), augmented: tokens, sum: ops.sum(tokens) };
}

/** The objective with the answers of the teacher's route as the case has them. */
function objective(given: Given) {
  const z = given.matrix('z');
  const targets = ops.oneHot(given.whole('y'), z.shape[1]);
  const grid = [1, 1, 2];
  const step = makeStep(method, {
    params: { agree: given.number('lambda'), own: 0 },
    extras: { grid, last: 'last' } as unknown as Modules,
    student: net({ logits: z }),
    teacher: net({ taps: { last: ops.zeros([z.shape[0], 1, 2]) } }),
    targets,
    forward: () => net({ logits: given.matrix('z_aug') as Tensor2D }),
  });
  const { ce, augmented, agree } = method.losses(step);
  const kl = ops.div(agree, given.number('lambda'));
  return { ce, ce_aug: augmented, kl, loss: ops.addN([ce, augmented, agree]) };
}

export default defineGolden({
  id: 'proc-kd',
  gradients: {
    grad_cent_of_sum_probe_times_augmented: ['sum', 'cent'],
    grad_x_s_of_sum: ['sum', 'x_s'],
  },
  compute(given) {
    if (given.name === 'training_branch_teacher_tokens') return training(given);
    return given.name === 'inference_branch_student_tokens' ? inference(given) : objective(given);
  },
});
