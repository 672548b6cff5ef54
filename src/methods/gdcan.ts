import type { Tensor2D } from '../engine/types';
import { testHooks } from './gdcan/attention';
import { ANSWERS, entropy, groupedDiscrepancy, linearDiscrepancy } from './gdcan/discrepancy';
import { answersOf, grow } from './gdcan/modules';
import { params } from './gdcan/params';
import { projected } from './gdcan/pictures';
import { both, decide, note, ramp, remember, thresholdOf } from './gdcan/run';
import { defineMethod } from './kit';

/** Li et al. 2021: attention with an entrance per domain where the domains differ, and a corrected target. */
export default defineMethod({
  id: 'gdcan',
  name: 'Domain-conditioned attention',
  family: 'features',
  paper: {
    title: 'Generalized Domain Conditioned Adaptation Network',
    authors: 'Shuang Li, Binhui Xie, Qiuxia Lin, Chi Harold Liu, Gao Huang, Guoren Wang',
    venue: 'IEEE TPAMI',
    year: 2021,
    url: 'https://arxiv.org/abs/2103.12339',
  },
  summary:
    'No teacher: learns labels in one domain and fits itself to images of another, with channel attention that is separate where the two look different.',
  formula: String.raw`L = \mathrm{CE}(G(f_s),y) + \alpha\big(M(f_s,\tilde f_t) + M(p_s,\tilde p_t) + R\big) + \beta\,\overline{H(\tilde p_t)},\quad \tilde f = f + F(f),\ \tilde z = G(\tilde f) + Z(G(\tilde f))`,
  fidelity: 'adapted',
  deviations:
    'An attention module stands behind every inner layer of any student, in place of the end of every bottleneck of a pretrained ResNet; the student learns from scratch, its batch norms see both domains together. The regulariser compares the same rows before and after correction, by class, with the quadratic estimate: the released one compares with the first rows of any class and hardly acts. The statistic divides by the size of the target’s ratio, which may be negative, and its mean over 20 steps decides for tests. All parts have one learning rate; the paper’s corrections learn a hundred times slower. Discrepancies and entropy come in after a first part on labels alone. The classifier is the method’s own; the student’s head is not used. Accuracy in training is that of the target’s path on images of the source.',
  params,
  terms: { ce: 'Labels', features: 'Features', answers: 'Answers', keep: 'Regulariser', entropy: 'Entropy' },
  roles: { teacher: 'none', pool: {} },
  panels: {
    gaps: { kind: 'lines', title: 'How different domains look, by layer; last: threshold', x: 'Step' },
    map: {
      kind: 'scatter',
      title: 'Features of both domains',
      x: 'First',
      y: 'Second',
      groups: ['Source', 'Target', 'Target, corrected'],
    },
    apart: { kind: 'lines', title: 'Discrepancy of features, of answers; entropy', x: 'Step' },
    channels: { kind: 'bars', title: 'Mean difference of channels', x: 'Layer' },
  },
  extras: grow,
  prepare: remember,
  choose: decide,
  losses(step) {
    const { ops, params, targets, progress, classes } = step;
    const { rows, layers, source, target } = both(step);
    note(step, layers);
    const wanted = ops.slice(targets, [0, 0], [rows, classes]) as Tensor2D;
    const [p, q] = [ops.softmax(source.plain), ops.softmax(target.corrected)] as [Tensor2D, Tensor2D];
    const alpha = ops.mul(ramp(ops, progress, params.start), params.alpha);
    const held = (a: Tensor2D, b: Tensor2D, width?: number) =>
      groupedDiscrepancy(ops, [a, wanted], [b, wanted], width);
    const kept = ops.add(held(source.features, source.moved), held(source.plain, source.corrected, ANSWERS));
    return {
      ce: ops.crossEntropy(source.plain, wanted),
      features: ops.mul(alpha, linearDiscrepancy(ops, source.features, target.moved)),
      answers: ops.mul(alpha, linearDiscrepancy(ops, p, q, ANSWERS)),
      keep: ops.mul(alpha, ops.mul(kept, params.keep / classes)),
      entropy: ops.mul(ops.mul(ramp(ops, progress, params.start), params.beta), entropy(ops, q)),
    };
  },
  predict({ ops, extras, images, forward }) {
    // Never in training mode: the statistics of batch norms are those of both domains.
    const { embedding } = forward(images, { hooks: testHooks(ops, extras), training: false });
    return answersOf(ops, extras, embedding).corrected;
  },
  probe(step) {
    const { ops, params } = step;
    const { layers, source, target } = both(step);
    const [p, q] = [ops.softmax(source.plain), ops.softmax(target.corrected)] as [Tensor2D, Tensor2D];
    return {
      gaps: ops.stack([...layers.slice(0, 7).map(({ gap }) => gap), ops.scalar(thresholdOf(params))]),
      map: projected(ops, [source.features, target.features, target.moved]),
      apart: ops.stack([
        linearDiscrepancy(ops, source.features, target.moved),
        linearDiscrepancy(ops, p, q, ANSWERS),
        entropy(ops, q),
      ]),
      channels: ops.stack(
        layers.map((l) => ops.mean(ops.abs(ops.sub(ops.mean(l.source, 0), ops.mean(l.target, 0))))),
      ),
    };
  },
});
