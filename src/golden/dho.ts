import { gradient } from '../engine/autodiff';
import type { Scalar, Tensor, Tensor2D } from '../engine/types';
import method from '../methods/dho';
import { blend, headLogits } from '../methods/dho/heads';
import { accuracy, search } from '../methods/dho/search';
import { cosine } from '../methods/kit';
import { defineGolden, type Given, makeStep, net, ops, table, total } from './kit';

/** The heads of the case stand in the embedding, which the teacher's head hands on. */
function losses(given: Given) {
  const [ceWeight, kdWeight] = [given.number('w_ce'), given.number('w_kd')];
  const other = net({ embedding: given.matrix('z_kd_u') });
  const step = makeStep(method, {
    params: { temperature: given.number('T'), ceWeight, kdWeight },
    extras: { taught: (x: Tensor) => x, mix: ops.tensor1d([0.5, 0.5]) as never },
    memory: { grid: table(ops.zeros([7, 21])), heads: table(ops.zeros([3, 3])) },
    student: net({ logits: given.matrix('z_ce_l'), embedding: given.matrix('z_kd_l') }),
    teacher: net({ logits: given.matrix('z_t_l') }),
    labels: given.whole('y'),
    pool: {
      images: ops.zeros([6, 2, 2, 1]),
      index: ops.range(0, 6, 1, 'int32') as never,
      rows: 6,
      student: other,
      students: [other],
      teachers: [],
      teacher: net({ logits: given.matrix('z_t_u') }),
    },
  });
  const terms = method.losses(step);
  const unit = makeStep(method, {
    ...step,
    params: { ...step.params, ceWeight: 1, kdWeight: 1 },
    teacher: step.teacher,
    pool: step.pool,
  });
  const plain = method.losses(unit);
  return { loss: total(terms), ce: plain.ce, kd_l: plain.kd, kd_u: plain.pool };
}

function searched(given: Given) {
  const labels = given.inputs['y'] as number[];
  const [ce, kd] = [given.inputs['z_ce'], given.inputs['z_kd']].map((rows) => (rows as number[][]).flat());
  const classes = (given.inputs['z_ce'] as number[][])[0]!.length;
  const { best, top } = search({ labels, ce: ce!, kd: kd!, classes });
  return {
    acc: 100 * top,
    alpha: best.alpha,
    beta: best.beta,
    acc_ce_only: 100 * accuracy(ce!, labels, classes),
    acc_kd_only: 100 * accuracy(kd!, labels, classes),
    probs_at_half: blend(ops, given.matrix('z_ce'), given.matrix('z_kd'), 0.5, 0.5),
  };
}

/** How the losses pull at features that one head or two heads read. */
function conflict(given: Given) {
  const t = given.number('T');
  const [one, two] = ['W_ce', 'W_kd'].map((name) => ops.transpose(given.matrix(name)) as Tensor2D);
  const targets = ops.oneHot(given.whole('y'), one!.shape[1]);
  const labels = (f: Tensor): Scalar => ops.crossEntropy(ops.matMul(f as Tensor2D, one!), targets);
  const taught = (f: Tensor, head: Tensor2D): Scalar =>
    ops.distillation(ops.matMul(f as Tensor2D, head), given.matrix('z_t'), t);
  const features = given.matrix('f');
  const pull = gradient(labels, features);
  return {
    ce: labels(features),
    single: taught(features, one!),
    dual: taught(features, two!),
    single_head_cos: cosine(
      ops,
      pull,
      gradient((f) => taught(f, one!), features),
    ),
    dual_head_cos: cosine(
      ops,
      pull,
      gradient((f) => taught(f, two!), features),
    ),
  };
}

export default defineGolden({
  id: 'dho',
  gradients: {
    grad_f_ce: ['ce', 'f'],
    grad_f_kd_single: ['single', 'f'],
    grad_f_kd_dual: ['dual', 'f'],
  },
  compute(given) {
    if (given.name === 'alpha-beta-search') return searched(given);
    if (given.name === 'gradient-cosine') return conflict(given);
    if (given.name !== 'cosine-kd-head') return losses(given);
    const [w, b] = [ops.transpose(given.matrix('W')) as Tensor2D, given.tensor('b')];
    const layer = (x: Tensor) => ops.add(ops.matMul(x as Tensor2D, w), b);
    return {
      z_kd: headLogits(ops, layer, given.matrix('f'), { form: 'cosine', scale: given.number('scale') }),
    };
  },
});
