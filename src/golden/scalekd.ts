import type { Tensor, Tensor4D } from '../engine/types';
import method from '../methods/scalekd';
import { attending } from '../methods/scalekd/projector';
import { distance } from '../methods/scalekd/views';
import { defineGolden, FixedBuild, type Given, makeStep, net, ops } from './kit';

/** Weights of a projector in the file, by their names here. */
const NAMES: Readonly<Record<string, string>> = {
  'conv/filter': 'conv_k',
  'conv/bias': 'conv_b',
  'norm/scale': 'bn_g',
  'norm/shift': 'bn_b',
  positions: 'pos',
  queries: 'query_table',
  'prepare/weight': 'pq_w',
  'prepare/bias': 'pq_b',
  ...Object.fromEntries(
    ['q', 'k', 'v'].flatMap((each) => [
      [`${each}/weight`, `${each}_w`],
      [`${each}/bias`, `${each}_b`],
    ]),
  ),
  'out/weight': 'o_w',
  'out/bias': 'o_b',
  'after/scale': 'ln_g',
  'after/shift': 'ln_b',
  'up/weight': 'f1_w',
  'up/bias': 'f1_b',
  'down/weight': 'f2_w',
  'down/bias': 'f2_b',
};

/** F_t `[2, 4, 4, 4]` of the other cases; the projector's case compares with it and leaves it out. */
const TARGET = [
  -0.9017, 0.6484, -0.5734, -0.1325, -0.2378, 1.3202, -0.3261, 0.1785, 0.6809, 1.5313, 1.6803, -0.5206,
  1.6835, 0.7974, 1.6942, 1.5525, -0.033, 0.538, 0.2052, 0.8731, 2.1533, 0.5544, -0.164, 3.0337, -0.4941,
  0.5008, 0.4852, -0.7703, 1.2919, 1.5629, 0.4182, 0.5575, 0.3371, -1.2614, 0.7435, -0.7433, -0.4568, 0.8969,
  1.4249, -0.3669, 1.6402, 2.2667, 0.6717, 0.4244, 0.7037, 0.1002, -0.3517, 1.1463, 1.2209, 0.0025, 0.0988,
  -0.1189, -0.197, -0.4639, -1.0014, 1.4053, 0.153, 0.5708, 2.2912, 0.0178, 1.0776, -0.8446, -0.1232, 1.1921,
  0.239, -0.9277, -1.0307, 0.8308, -0.4319, 1.1701, 0.7657, 0.1747, 0.4262, 1.2376, 0.5241, -0.4499, 0.8215,
  0.1406, 0.2618, 1.0557, 0.8154, 1.4974, 0.3075, 0.0409, 0.1559, 0.864, -0.3021, 0.1369, -0.3396, -0.2722,
  0.3176, 2.8688, 0.1182, 0.7481, 0.588, 0.3241, 0.5262, 2.4162, 0.241, 2.067, 1.132, -0.3531, -0.1371,
  0.0472, -0.5643, 1.6201, 0.9013, 1.015, -0.5046, 0.9537, -0.0253, 2.8703, 0.4101, 0.7752, 0.9037, 0.0363,
  0.118, 0.1152, 1.3296, -0.2111, 0.3432, 0.8197, 0.1003, -0.8319, -0.663, 0.0929, -0.4443, 1.4351,
];

const inCells = (x: Tensor): Tensor => ops.reshape(x, [x.shape[0] as number, -1, x.shape.at(-1) as number]);

/** Both maps of a case and one view of their distance, with the weight of the case or another. */
function view(given: Given, removeMean: boolean, weight = given.number('alpha')) {
  const loss = distance(ops, inCells(given.tensor('F_s')), inCells(given.tensor('F_t')), removeMean);
  return ops.mul(loss, weight);
}

function logits(given: Given) {
  const maps = { taps: { stage1: ops.zeros([4, 1, 1, 2]) } };
  const step = makeStep(method, {
    params: { alpha: given.number('alpha'), temperature: given.number('T'), a0: 0, a1: 0 },
    extras: { last: { spatial: () => ({ tokens: ops.zeros([4, 1, 2]) }) } },
    student: net({ ...maps, logits: given.matrix('z_s') }),
    teacher: net({ ...maps, logits: given.matrix('z_t') }),
  });
  const { ce, kd } = method.losses(step);
  return { loss: kd, ce_multiplier: ops.div(ce, step.supervised) };
}

function projector(given: Given) {
  const weights = Object.entries(NAMES).map(([name, input]) => [`cap/${name}`, given.tensor(input)] as const);
  const map = given.tensor('F_s') as Tensor4D;
  const [h = 1, w = 1] = map.shape.slice(1);
  const width = given.tensor('q_w').shape[1] as number;
  const options = { heads: given.number('heads'), learned: true };
  const build = new FixedBuild(Object.fromEntries(weights));
  const project = attending(build, 'cap', map.shape.slice(1), [h, w, width], options);
  const out = project(ops, map, given.number('softmax_scale')).tokens;
  const target = ops.reshape(ops.tensor1d(TARGET), out.shape);
  return { out, spatial_loss_vs_F_t: ops.mul(distance(ops, out, target, false), 0.08) };
}

export default defineGolden({
  id: 'scalekd',
  gradients: { grad_F_s_of_spatial_loss: ['spatial_loss_vs_F_t', 'F_s'] },
  compute(given) {
    switch (given.name) {
      case 'dfm_spatial':
        return { loss: view(given, false) };
      case 'dfm_dc_removed':
        return { loss: view(given, true) };
      case 'identical_features_zero':
        return { loss: view(given, false), loss_freq: view(given, true, 0.06) };
      case 'dc_shift_invisible_to_freq_view':
        return { loss_spatial: view(given, false), loss_freq: view(given, true) };
      case 'cross_attention_projector':
        return projector(given);
      default:
        return logits(given);
    }
  },
});
