import type { Tensor, Tensor2D } from '../engine/types';
import { classScores, jointTargets, soften, terms } from '../methods/lsskd/losses';
import { recall } from '../methods/lsskd/memory';
import { defineGolden, type Given, ops, table } from './kit';

/** The layers of an input `[L, rows, width]`. */
const layers = (given: Given, input: string): Tensor2D[] => ops.unstack(given.tensor(input)) as Tensor2D[];

function targets(given: Given) {
  const hard = ops.oneHot(given.whole('y'), given.number('K'));
  const past = layers(given, 'q_prev')[0] as Tensor2D;
  const share = ops.scalar(given.number('alpha'));
  return {
    y_s: soften(ops, hard, given.tensor('p_prev'), share),
    y_q0: soften(ops, jointTargets(ops, hard), past, share),
  };
}

function losses(given: Given) {
  const wanted = { plain: given.matrix('y_s'), joint: layers(given, 'y_q') };
  const answers = { plain: given.matrix('z'), joint: layers(given, 'zq') };
  const features = { features: layers(given, 'f'), last: given.tensor('f_final') };
  const found = terms(ops, { ...answers, ...features }, wanted, given.number('T'));
  const weighted: Tensor[] = [
    found.labels,
    found.joint,
    ops.mul(found.layers, given.number('w_kl')),
    ops.mul(found.features, given.number('w_l2')),
  ];
  return {
    ce_resp: found.labels,
    ce_sad: found.joint,
    kl_deep_to_shallow: found.layers,
    l2: found.features,
    loss: ops.addN(weighted),
  };
}

/** Labels of the first epoch: the memory is empty. */
function firstEpoch(given: Given) {
  const z = given.matrix('z');
  const [rows, classes] = z.shape;
  const hard = ops.oneHot(given.whole('y'), classes);
  const params = { branches: 0, past: 'all', softening: 0.8, schedule: 'constant' } as const;
  const turned = ops.reshape(ops.tile(ops.expandDims(hard, 1), [1, 4, 1]), [-1, classes]) as Tensor2D;
  const index = ops.range(0, rows, 1, 'int32');
  const memory = { plain: table(ops.zeros([rows, classes])), joint: [] };
  const time = { epoch: ops.scalar(0), epochs: 1 };
  const { plain } = recall({ ops, params, memory, index, targets: turned, ...time }, 0);
  return { ce: ops.crossEntropy(z, plain) };
}

export default defineGolden({
  id: 'lsskd',
  gradients: {
    grad_zq_shallowest: ['loss', 'zq', 0],
    grad_zq_deepest: ['loss', 'zq', 2],
    grad_f0: ['loss', 'f', 0],
  },
  compute(given) {
    switch (given.name) {
      case 'joint-labels': {
        const joint = jointTargets(ops, ops.oneHot(given.whole('y'), 4));
        return { joint: ops.argMax(joint) };
      }
      case 'soft-targets':
        return targets(given);
      case 'losses':
        return losses(given);
      case 'first-epoch-is-hard':
        return firstEpoch(given);
      case 'class-scores-from-joint': {
        const zq = given.tensor('zq');
        return { sum_of_logits: classScores(ops, zq), sum_of_probs: classScores(ops, ops.softmax(zq)) };
      }
      default:
        throw new Error(`The case '${given.name}' has no adapter.`);
    }
  },
});
