import type { Tensor, Tensor2D } from '../engine/types';
import method from '../methods/tgeo-kd';
import { control, hypergradient, type Layers, meanAnswers, shareOf, stateOf } from '../methods/tgeo-kd/mix';
import { defineGolden, type Given, makeStep, net, ops, table } from './kit';

export type Weights = Readonly<Record<'W1' | 'b1' | 'W2' | 'b2' | 'W3' | 'b3', Tensor>>;

/** The controller of a case as tensors. */
export function weightsOf(given: Pick<Given, 'inputs'>): Weights {
  const raw = given.inputs['controller'] as Record<keyof Weights, number[][] & number[]>;
  const [W1, W2, W3] = [raw.W1, raw.W2, raw.W3].map((x) => ops.tensor2d(x)) as [Tensor, Tensor, Tensor];
  const [b1, b2, b3] = [raw.b1, raw.b2, raw.b3].map((x) => ops.tensor1d(x)) as [Tensor, Tensor, Tensor];
  return { W1, b1, W2, b2, W3, b3 };
}

export const layersOf = ({ W1, b1, W2, b2, W3, b3 }: Weights): Layers =>
  [
    [W1, b1],
    [W2, b2],
    [W3, b3],
  ].map(
    ([w, b]) =>
      (x: Tensor) =>
        ops.add(ops.matMul(x, w as Tensor), b as Tensor),
  );

function meansOf(given: Given): Tensor2D {
  const logits = given.inputs['z_t'] as number[][];
  const classes = logits[0]?.length ?? 0;
  const labels = Int32Array.from(given.inputs['y'] as number[]);
  return ops.tensor2d(meanAnswers(Float32Array.from(logits.flat()), labels, classes), [classes, classes]);
}

/** Everything of a case in which all rows train. */
function lower(given: Given, logits: Tensor2D) {
  const [student, teacher] = [net({ logits }), net({ logits: given.matrix('z_t') })];
  const labels = given.whole('y');
  const targets = ops.oneHot(labels, logits.shape[1]);
  const means = meansOf(given);
  const state = stateOf(ops, { student, teacher, targets }, ops.gather(means, labels));
  const layers: Layers =
    'controller' in given.inputs ? layersOf(weightsOf(given)) : [() => ops.zeros([logits.shape[0], 1])];
  const memory = {
    means: table(means),
    held: table(ops.zeros([logits.shape[0], 1])),
    steps: table(ops.zeros([1, 1])),
  };
  const params = { temperature: given.number('T') };
  const terms = method.losses(
    makeStep(method, { params, extras: { layers }, memory, student, teacher, labels }),
  );
  const alpha = shareOf(ops, control(ops, layers, state));
  return { means, state, alpha, student, teacher, targets, loss: ops.add(terms.labels, terms.teacher) };
}

/** Training and judging rows in one batch through one linear layer without bias, as the case has it. */
export function oneStep(given: Given, W: Tensor2D, layers?: Layers) {
  const [X, held] = [given.matrix('X'), given.matrix('X_val')];
  const { alpha, state, teacher, targets, loss } = lower(given, ops.matMul(X, W));
  const t = given.number('T');
  const rows = held.shape[0];
  const below = <T extends Tensor>(x: T, ...more: number[]): Tensor =>
    ops.concat([x, ops.zeros([rows, ...more])]);
  const features = ops.concat([X, held]);
  const logits = ops.matMul(features, W);
  const slope = ops.sub(ops.softmax(ops.matMul(X, W), t), ops.softmax(teacher.logits, t));
  const classes = W.shape[1];
  const out = hypergradient(ops, {
    features,
    logits,
    targets: ops.concat([targets, ops.oneHot(given.whole('y_val'), classes)]),
    kdSlope: ops.mul(below(slope, classes), t),
    alpha: below(alpha),
    trains: below(ops.ones([X.shape[0]])),
    rate: given.number('eta'),
    bias: 0,
  });
  const byAlpha = ops.slice(out.byAlpha, [0], [X.shape[0]]);
  return {
    byAlpha,
    judged: out.judged,
    loss,
    alpha: layers ? shareOf(ops, control(ops, layers, state)) : alpha,
  };
}

export default defineGolden({
  id: 'tgeo-kd',
  // Not computed by the app: softmax twice; weights after a step (products of rows stand for them). The gradients
  // of the controller come as a group and are compared in the tests of the method.
  ignore: ['loss_official_double_softmax', 'W_lookahead', 'v', 'grad_controller'],
  compute(given) {
    if (given.name === 'one_step_hypergradient') {
      const { byAlpha, judged, loss } = oneStep(given, given.matrix('W'));
      return {
        loss,
        val_loss_lookahead: judged,
        dval_dalpha: byAlpha,
        dval_dalpha_forward_difference: byAlpha,
      };
    }
    const logits = given.matrix('z_s');
    const { means, state, alpha, student, teacher, targets, loss } = lower(given, logits);
    const kd = ops.distillationRows(student.logits, teacher.logits, given.number('T'));
    const ce = ops.crossEntropyRows(student.logits, targets);
    const parts = { kd_per_sample_T2: kd, ce_per_sample: ce };
    const limits = { alpha0_equals_mean_ce: ops.mean(ce), alpha1_equals_mean_kd_T2: ops.mean(kd) };
    return { T_bar: means, state, alpha, loss, ...parts, ...limits };
  },
});
