import type { Random, Tensor, Tensor4D } from '../engine/types';
import method from '../methods/mixup-kd';
import { deviation } from '../methods/mixup-kd/blend';
import { defineGolden, type Given, makeStep, net, ops, total } from './kit';

/** The drawn numbers of the case in place of random ones; a uniform blend at Beta(1, 1) is the number itself. */
function mixed(given: Given) {
  const keep = given.inputs['keep'] as number[];
  const n = keep.length;
  const clean = keep.filter((k) => k === 1).length;
  // Ranks: those to be mixed come first.
  let [low, high] = [0, n - clean];
  const ranks = keep.map((k) => (k === 1 ? high++ : low++));
  const named: Readonly<Record<string, () => Tensor>> = {
    first: () => given.whole('perm1'),
    second: () => given.whole('perm2'),
    mixed: () => ops.tensor1d(ranks, 'int32'),
    // The case weighs the first image by `lam`, the method the second one.
    blend: () => ops.sub(1, given.tensor('lam')),
    offset: () => ops.tensor1d([0.5]),
  };
  const draw = (name: string): Tensor => named[name]?.() ?? ops.zeros([n]);
  const random: Random = {
    uniform: draw,
    normal: draw,
    permutation: (name) => ops.cast(draw(name), 'int32') as ReturnType<Random['permutation']>,
  };
  const classes = given.number('K');
  const labels = given.whole('y');
  const { params } = makeStep(method, { params: { share: (n - clean) / n, beta: 1 } });
  const batch = { images: given.tensor('x') as Tensor4D, labels, targets: ops.oneHot(labels, classes) };
  const out = method.input?.(batch, { ops, params, random, classes, phase: 'main' });
  if (!out) throw new Error('mixup-kd no longer changes its input.');
  return { x_mix: out.images, y_mix: out.targets };
}

export default defineGolden({
  id: 'mixup-kd',
  compute(given) {
    if ('perm1' in given.inputs) return mixed(given);
    const [student, teacher] = [given.matrix('z_s'), given.matrix('z_t')];
    const plain = 'T' in given.params;
    const step = makeStep(method, {
      params: {
        gamma: given.number('gamma'),
        alpha: given.number('alpha'),
        rescale: !plain,
        ...(plain ? { temperature: given.number('T') } : {}),
      },
      student: net({ logits: student }),
      teacher: net({ logits: teacher }),
      targets: given.matrix('y_mix'),
    });
    const terms = method.losses(step);
    return {
      std_s: ops.squeeze(deviation(ops, student)),
      std_t: ops.squeeze(deviation(ops, teacher)),
      loss_cls: terms.labels,
      loss_kd: terms.teacher,
      loss: total(terms),
    };
  },
});
