import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../engine/types';
import { defineMethod, number, temperature } from './kit';
import { countsOf, readCounts } from './mdcs/counts';
import { forward, grow, together } from './mdcs/experts';
import { allTerms, expertTerms, rampOf, shifted } from './mdcs/losses';
import { strongView } from './views/strong';

const tilt = (label: string, value: number, help: string) =>
  number(label, value, { min: -2, max: 4, step: 0.25, source: 'code', help });

const tilts = (params: { common: number; even: number; rare: number }) => [
  params.common,
  params.even,
  params.rare,
];

const EXPERTS = ['For common classes', 'For all', 'For rare classes'];

/** Zhao et al. 2023: experts for common, all and rare classes, each in agreement with itself. */
export default defineMethod({
  id: 'mdcs',
  name: 'MDCS (diverse experts)',
  family: 'self',
  paper: {
    title: 'MDCS: More Diverse Experts with Consistency Self-distillation for Long-tailed Recognition',
    authors: 'Qihao Zhao, Chen Jiang, Wei Hu, Fan Zhang, Jun Liu',
    venue: 'ICCV',
    year: 2023,
    url: 'https://arxiv.org/abs/2308.09922',
  },
  summary:
    'For a long tail of classes: three experts learn as if common classes were more, equally or less common than they are, and answer together.',
  formula: String.raw`L = \sum_e \mathrm{CE}(a_e,y) + r\,w\sum_e \tfrac1{m_e}\!\!\sum_{\arg\max a_e^{weak}=y}\!\!\mathrm{KL}\big(p_e^{weak}\Vert p_e^{strong}\big),\quad a_e = z_e+\lambda_e\log n,\quad z=\tfrac13\sum_e z_e`,
  fidelity: 'adapted',
  deviations:
    'The experts part at the last inner layer but one: the second is the student’s own last stage, the others two convolutions each, where the released net has two stages per expert. AutoAugment is replaced by contrast, brightness, noise and a hole; the gentle view is the run’s own. The released ramp over 20 of 400 epochs is a share of the run, and the cosine scale is 16 (released: 30). As there, the loss adds the experts up, so that the trunk learns three times as fast, and the shift also decides which images count as right. The student’s own linear head is not used; both views double the cost.',
  params: {
    common: tilt('Tilt of the first expert', -0.5, 'Below 1: prefers classes that are common in training.'),
    even: tilt('Tilt of the second', 1, '1 is balanced.'),
    rare: tilt('Tilt of the third', 2.5, 'Above 1: prefers classes that are rare in training.'),
    weight: number('Weight of agreement', 0.6, {
      min: 0,
      max: 2,
      step: 0.1,
      source: 'code',
      help: 'Between what an expert says of an image and of its strongly changed copy.',
    }),
    ramp: number('Ramp-up share', 0.1, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'ours',
      advanced: true,
      help: 'Agreement comes in over this share of the run.',
    }),
    temperature: temperature(1, 'code', 'Of agreement.'),
    scale: number('Cosine scale', 16, {
      min: 1,
      max: 40,
      source: 'ours',
      advanced: true,
      help: 'How sure an answer can be.',
    }),
  },
  terms: { diversity: 'Labels of all experts', consistency: 'Agreement' },
  roles: { teacher: 'none' },
  panels: {
    recall: {
      kind: 'curves',
      title: 'Share found of each class, from common to rare',
      groups: [...EXPERTS, 'Together'],
      x: 'Class',
    },
    kept: { kind: 'lines', title: 'Gentle views that are right, expert by expert', x: 'Step', y: 'Share' },
    apart: { kind: 'heatmap', title: 'How far the experts are apart', x: 'Expert', y: 'Expert' },
  },
  extras: grow,
  prepare: countsOf,
  input({ images, labels, targets }, { ops, random }) {
    const twice = <T extends Tensor>(x: T): T => ops.concat([x, x]) as T;
    const seen = ops.concat([images, strongView(ops, random, images)]) as Tensor4D;
    return { images: seen, labels: twice(labels), targets: twice(targets) };
  },
  losses({ ops, params, extras, memory, student, targets, progress }) {
    const { logs } = readCounts(ops, memory);
    const experts = forward(ops, extras, student, params.scale).map((z, e) =>
      expertTerms(ops, shifted(ops, z, logs, tilts(params)[e] ?? 1), targets, params.temperature),
    );
    return allTerms(ops, experts, rampOf(ops, params.weight, progress, params.ramp));
  },
  predict: ({ ops, params, extras, student }) => together(ops, forward(ops, extras, student, params.scale)),
  probe({ ops, params, extras, memory, student, targets, batch }) {
    const logits = forward(ops, extras, student, params.scale);
    const { logs, order } = readCounts(ops, memory);
    const sorted = ops.gather(targets, order, 1);
    const found = (z: Tensor2D) => {
      const right = ops.sum(ops.mul(targets, ops.oneHot(ops.argMax(z) as Tensor1D, z.shape[1])), -1, true);
      return ops.div(ops.sum(ops.mul(sorted, right), 0), ops.maximum(ops.sum(sorted, 0), 1));
    };
    const curve = (z: Tensor2D, group: number) => ops.concat([ops.tensor1d([group]), found(z)]);
    const terms = logits.map((z, e) =>
      expertTerms(ops, shifted(ops, z, logs, tilts(params)[e] ?? 1), targets, params.temperature),
    );
    const apart = logits.flatMap((a) => logits.map((b) => ops.distillation(a, b, 1)));
    return {
      recall: ops.stack([...logits, together(ops, logits)].map(curve)),
      kept: ops.stack(terms.map(({ kept }) => ops.div(kept, batch / 2))),
      apart: ops.reshape(ops.stack(apart), [logits.length, logits.length]),
    };
  },
});
