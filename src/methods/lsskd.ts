import type { Tensor, Tensor1D, Tensor2D } from '../engine/types';
import { choice, defineMethod, integer, labelWeight, number } from './kit';
import { forward, grow } from './lsskd/branches';
import { classScores, terms, upright } from './lsskd/losses';
import { recall, remember, shareOf, store } from './lsskd/memory';
import { allTurns, repeat4 } from './views/turns';

const weight = (label: string, value: number, max: number, help: string) =>
  number(label, value, { min: 0, max, step: max / 100, source: 'ours', help });

/** Dahri et al. 2025: heads behind every stage guess class and turn at once; the deepest teaches the others. */
export default defineMethod({
  id: 'lsskd',
  name: 'Layered self-supervised KD',
  family: 'self',
  paper: {
    title:
      'A Layered Self-Supervised Knowledge Distillation Framework for Efficient Multimodal Learning on the Edge',
    authors:
      'Tarique Dahri, Zulfiqar Ali Memon, Zhenyu Yu, Mohd. Yamani Idna Idris, Sheheryar Khan, Sadiq Ahmad, Maged Shoman, Saddam Aziz, Rizwan Qureshi',
    venue: 'arXiv',
    year: 2025,
    url: 'https://arxiv.org/abs/2506.07055',
  },
  summary:
    'No teacher: small heads on every stage guess class and turn of the image, learn from their own past and from the deepest head, and are thrown away.',
  formula: String.raw`L = \mathrm{CE}(z,\tilde y) + \sum_l \mathrm{CE}(z^l,\tilde y^l) + w_{kl}T^2\sum_{l<L}\overline{\mathrm{KL}(p_L^T\Vert p_l^T)} + w_2\sum_l\overline{\lVert f^l-f\rVert^2},\quad \tilde y = (1-a)\,y + a\,p^{e-1}`,
  fidelity: 're-derived',
  deviations:
    'Re-derived from summaries: no code is public and the weights could not be read. Ours: means over rows, features as pooled vectors with a linear layer where sizes differ, the student’s own fixed in that term, all weights; T and the joint head are those of a close relative (HSAKD). A branch is two convolutions with batch norm and a linear layer, behind each of the last inner layers. Every image is seen in four turns, which costs about four times a plain step; training accuracy counts the turned ones too. One kind of image, as in the paper’s experiments. Round shapes, and letters that look alike when turned, cannot be told by any head.',
  params: {
    branches: integer('Branches', 3, {
      min: 2,
      max: 4,
      source: 'paper',
      help: 'At most so many: one behind each of the last inner layers.',
    }),
    softening: number('Weight of the past', 0.3, {
      min: 0,
      max: 0.9,
      step: 0.05,
      source: 'ours',
      help: 'How much the own guess of one epoch ago counts as the label. 0: labels alone.',
    }),
    schedule: choice(
      'The past comes in',
      'ramp',
      { ramp: 'Little by little', constant: 'At once, from the second epoch' },
      { source: 'ours', advanced: true, help: 'Little by little: fully in the last epoch.' },
    ),
    past: choice(
      'Branches remember',
      'all',
      { all: 'All four turns', upright: 'Upright images' },
      {
        source: 'ours',
        help: 'All turns need sixteen numbers per image, class and branch; upright ones four.',
      },
    ),
    temperature: number('Temperature', 3, {
      min: 1,
      max: 4,
      step: 0.5,
      source: 'code',
      help: 'Between branches.',
    }),
    labels: labelWeight(1, 'paper'),
    joint: weight('Weight of class and turn', 1, 2, 'How much the heads’ own task counts.'),
    layers: weight('Weight of the deepest branch', 0.2, 2, 'How much it teaches the others.'),
    features: weight('Weight of the features', 0.003, 0.1, 'Pulls each branch to the student’s embedding.'),
  },
  terms: { labels: 'Labels', joint: 'Class and turn', layers: 'Deep to shallow', features: 'Features' },
  roles: { teacher: 'none' },
  panels: {
    heads: {
      kind: 'bars',
      title: 'Right on upright images: branches from shallow to deep, student',
      x: 'Head',
    },
    targets: { kind: 'lines', title: 'Weight of the past; entropy of the student’s targets', x: 'Step' },
    layers: { kind: 'bars', title: 'Distance of each branch to the deepest', x: 'Branch', y: 'KL' },
  },
  extras: grow,
  prepare: remember,
  input({ images, labels, targets }, { ops }) {
    return { images: allTurns(ops, images), labels: repeat4(ops, labels), targets: repeat4(ops, targets) };
  },
  losses(step) {
    const { ops, params, extras, student } = step;
    const { logits: joint, features } = forward(ops, extras, student);
    const plain = upright(ops, student.logits);
    const wanted = recall(step, joint.length);
    store(step, plain, joint);
    const t = params.temperature;
    const found = terms(ops, { plain, joint, features, last: student.embedding }, wanted, t);
    return {
      labels: ops.mul(found.labels, params.labels),
      joint: ops.mul(found.joint, params.joint),
      layers: ops.mul(found.layers, params.layers),
      features: ops.mul(found.features, params.features),
    };
  },
  probe(step) {
    const { ops, params, extras, student, epoch, epochs } = step;
    const { logits } = forward(ops, extras, student);
    const truth = upright(ops, step.targets);
    const right = (z: Tensor2D) =>
      ops.mean(ops.sum(ops.mul(truth, ops.oneHot(ops.argMax(z) as Tensor1D, z.shape[1])), -1));
    const branches = logits.map((z) => right(classScores(ops, upright(ops, z))));
    const soft = recall(step, 0).plain;
    const entropy = ops.neg(ops.mean(ops.sum(ops.mul(soft, ops.log(ops.maximum(soft, 1e-12))), -1)));
    const distance = (z: Tensor): Tensor => ops.distillation(z as Tensor2D, logits.at(-1) as Tensor2D, 1);
    return {
      heads: ops.stack([...branches, right(upright(ops, student.logits))]),
      targets: ops.stack([shareOf(ops, params, epoch, epochs), entropy]),
      layers: ops.stack(logits.map(distance)),
    };
  },
});
