import { tensorOf } from '../engine/autodiff';
import type { Layer, Tensor, Tensor2D } from '../engine/types';
import { attend } from '../methods/gdcan/attention';
import {
  ANSWERS,
  bandwidth,
  entropy,
  groupedDiscrepancy,
  linearDiscrepancy,
} from '../methods/gdcan/discrepancy';
import { answersOf, type Correction, type Extras } from '../methods/gdcan/modules';
import { defineGolden, type Given, ops } from './kit';

/** All rows in one group. */
const whole = (x: Tensor2D): readonly [Tensor2D, Tensor2D] => [x, ops.ones([x.shape[0], 1])];

/** A layer with the weights of a case. */
function layer(w: Tensor, b: Tensor): Layer {
  const run = (x: Tensor): Tensor => ops.add(ops.matMul(x as Tensor2D, w as Tensor2D), b);
  return Object.assign(run, { out: [w.shape.at(-1) as number] });
}

function attention(given: Given) {
  const of = (i: number) => layer(given.tensor(`W${i}`), given.tensor(`b${i}`));
  const module = { source: of(0), target: of(1), shared: of(2) };
  const x = given.tensor('x');
  const { x: out, gap } = attend(ops, x, (x.shape[0] as number) / 2, module, { eta: given.number('eta') });
  return { out, stat: gap, shared: ops.cast(ops.less(gap, given.number('eta')), 'float32') };
}

/** A block of a case, given as a set of weights. */
function block(given: Given, name: string): Correction {
  const weights = given.inputs[name] as Record<string, number[]>;
  const of = (key: string) => tensorOf(weights[key]!);
  return { w1: of('W1'), b1: of('b1'), w2: of('W2'), b2: of('b2') };
}

function whatIsTrained(given: Given) {
  const classifier = layer(given.tensor('W'), given.tensor('b'));
  const blocks = { features: block(given, 'feat_res'), answers: block(given, 'out_res') };
  const extras: Extras = { modules: [], classifier, ...blocks };
  const [fs, ft] = [given.matrix('f_s'), given.matrix('f_t')];
  const [source, target] = [answersOf(ops, extras, fs), answersOf(ops, extras, ft)];
  const classes = source.plain.shape[1];
  const wanted = ops.oneHot(given.whole('y'), classes);
  const [p, q] = [ops.softmax(source.plain), ops.softmax(target.corrected)] as [Tensor2D, Tensor2D];
  const cls = ops.crossEntropy(source.plain, wanted);
  const feature = linearDiscrepancy(ops, fs, target.moved);
  const answers = linearDiscrepancy(ops, p, q, ANSWERS);
  const kept = ops.add(
    groupedDiscrepancy(ops, [fs, wanted], [source.moved, wanted]),
    groupedDiscrepancy(ops, [source.plain, wanted], [source.corrected, wanted], ANSWERS),
  );
  const reg = ops.div(kept, classes);
  const unsure = entropy(ops, q);
  const apart = ops.mul(ops.addN([feature, answers, reg]), given.number('alpha'));
  return {
    cls,
    mmd_feature: feature,
    mmd_softmax: answers,
    reg,
    entropy: unsure,
    loss: ops.addN([cls, apart, ops.mul(unsure, given.number('beta'))]),
  };
}

export default defineGolden({
  id: 'gdcan',
  // The released regulariser: rows of any class, and offsets that hold for equal sizes only.
  ignore: ['released_2_vs_3', 'released_equal', 'reg_any_class'],
  compute(given) {
    switch (given.name) {
      case 'mmd-feature': {
        const [a, b] = [given.matrix('f_s'), given.matrix('f_t')];
        return {
          loss: linearDiscrepancy(ops, a, b),
          bandwidth: bandwidth(ops, ops.concat([a, b], 0)),
          identical_batches: linearDiscrepancy(ops, a, a),
        };
      }
      case 'mmd-softmax':
        return {
          loss: linearDiscrepancy(ops, given.matrix('p_s'), given.matrix('p_t'), given.number('fix_sigma')),
        };
      case 'mmd-reg': {
        const [a, b] = [whole(given.matrix('a')), whole(given.matrix('b'))];
        return { full_2_vs_3: groupedDiscrepancy(ops, a, b), full_self: groupedDiscrepancy(ops, a, a) };
      }
      case 'entropy':
        return {
          loss: entropy(ops, given.matrix('p')),
          one_hot: entropy(ops, ops.oneHot(ops.range(0, 3, 1, 'int32') as never, 3)),
          uniform: entropy(ops, ops.fill([2, 3], 1 / 3) as Tensor2D),
        };
      case 'attention-shared':
      case 'attention-separate':
        return attention(given);
      case 'total':
        return whatIsTrained(given);
      default:
        throw new Error(`The case '${given.name}' has no adapter.`);
    }
  },
});
