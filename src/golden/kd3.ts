import type { Tensor, Tensor1D, Tensor2D } from '../engine/types';
import method from '../methods/kd3';
import { contrast, disagreement, mixDistribution } from '../methods/kd3/losses';
import { select, teacherShare } from '../methods/kd3/select';
import type { Extras } from '../methods/kd3/shared';
import { defineGolden, type Given, makeStep, net, ops, table, total } from './kit';

const all = (rows: number) => ops.ones([rows]) as Tensor1D;
const numbers = (values: ArrayLike<number>) => ops.tensor1d(Float32Array.from(values));
const whole = (values: Int32Array) => ops.tensor1d(values, 'int32');

/** The method on maps that need no transfer, and on embeddings as the case has them. */
function step(given: Given) {
  const [s, t] = [given.tensor('F_s'), given.tensor('F_t')];
  const [kernel, bias] = [given.matrix('W_t'), given.tensor('b_t')];
  const [rows = 1, ...shape] = s.shape;
  const logits = (map: Tensor) => ops.add(ops.matMul(ops.globalAveragePool(map), kernel), bias) as Tensor2D;
  const embedding = (name: string) => (name in given.inputs ? { embedding: given.matrix(name) } : {});
  const same = (x: Tensor) => x;
  const layers = { transfer: same, student: same, teacher: same, kernel, bias };
  const contrasts = 'mix' in given.params;
  const answers = {
    logits: logits(t),
    ...{ z_s: logits(s), weights: disagreement(ops, logits(s), logits(t)) },
  };
  const made = makeStep(method, {
    params: {
      contrast: contrasts ? given.number('mix') : 0,
      ...(contrasts ? { sharpness: given.number('tau') } : {}),
    },
    extras: { ...layers, reads: { shape, flat: false } } as unknown as Extras,
    memory: { chosen: table(ops.ones([rows, 2])) } as never,
    student: net({ taps: { last: s }, ...embedding('e_s'), logits: logits(s) }),
    teacher: net({ taps: { last: t }, ...embedding('e_t'), logits: logits(t) }),
    forward: (_, { teacher } = {}) => net(embedding(teacher ? 'e_t_aug' : 'e_s_aug')),
  });
  return { ...answers, z_t: answers.logits, loss: total(method.losses(made)) };
}

function chosen(given: Given) {
  const [student, teacher] = ['z_s', 'z_t'].map((name) => (given.inputs[name] as number[][]).flat());
  const { confidence, answer, thresholds, kept } = select(student!, teacher!, {
    classes: given.number('K'),
    share: given.number('alpha'),
    cutoff: given.number('p_cutoff'),
  });
  return {
    prob: numbers(confidence),
    pred: whole(answer),
    threshold: numbers(thresholds),
    keep: whole(kept),
  };
}

export default defineGolden({
  id: 'kd3',
  compute(given) {
    const { name, inputs } = given;
    if (name === 'alpha-schedule') {
      const [stop, span] = [given.number('stop'), given.number('span')];
      return { alpha: numbers((inputs['epoch'] as number[]).map((e) => teacherShare(e, stop, span))) };
    }
    if (name.startsWith('selection')) return chosen(given);
    if (name.startsWith('mix')) {
      const share = given.tensor('lam') as Tensor1D;
      return { x_mixed: mixDistribution(ops, given.tensor('x') as never, share, given.whole('perm')) };
    }
    if (!name.startsWith('ntxent')) return step(given);
    const [x, other] = [given.matrix('x'), given.matrix('x_aug')];
    return { loss: contrast(ops, [x, other], given.number('tau'), all(x.shape[0])) };
  },
});
