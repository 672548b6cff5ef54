import type { Scalar, Tensor2D } from '../engine/types';
import { boolean, choice, defineMethod, integer, number, temperature } from './kit';
import { mimicry, projectors } from './scalekd/mimic';
import { pictures } from './scalekd/pictures';
import { distance } from './scalekd/views';

/** Cells of the map for which the released weights were chosen. */
const RELEASED_CELLS = 49;

/** Fan et al. 2024: the student's map, read by queries on the teacher's grid, matches it twice. */
export default defineMethod({
  id: 'scalekd',
  name: 'ScaleKD',
  family: 'features',
  paper: {
    title: 'ScaleKD: Strong Vision Transformers Could Be Excellent Teachers',
    authors: 'Jiawei Fan, Chao Li, Xiaolong Liu, Anbang Yao',
    venue: 'NeurIPS',
    year: 2024,
    url: 'https://arxiv.org/abs/2411.06786',
  },
  summary:
    'Attention re-reads the student’s map on the teacher’s grid and sends it through the teacher’s own last stage; the result must match the teacher with and without its constant part.',
  formula: String.raw`\begin{aligned} L &= (1-\alpha)\,\mathrm{CE} - \alpha T^2\,\overline{p_t^T\log p_s^T} + \sum_{x\in\{m,r\}} \tfrac{49}{hw}\big[a_0\,d(x,F_t) + a_1\,d(x-\bar x,\,F_t-\bar F_t)\big],\quad d(x,y)=\tfrac1B\textstyle\sum\big\lVert\tfrac{x}{\lVert x\rVert}-\tfrac{y}{\lVert y\rVert}\big\rVert^2\\ m &= \mathrm{Last}_t\big(\mathrm{CAP}_3(F_{s3})\big),\quad r = \mathrm{CAP}_4(F_{s4};\,m) \end{aligned}`,
  fidelity: 'adapted',
  deviations:
    'The teacher is a tiny hierarchical ViT with plain attention, trained here. A teacher of another kind lends its own last stage (the last block of a CNN, ResNet or plain ViT); one of a single layer has none, and that part is left out. Weights grow as the map shrinks (released: made for 7x7 cells). Maps beyond 16x16 are averaged down. Lengths below 1e-6 do not count.',
  params: {
    alpha: number('Weight of the teacher’s answers', 0.5, {
      min: 0,
      max: 0.9,
      step: 0.05,
      source: 'code',
      help: 'The labels get the rest; 0 leaves distillation out.',
    }),
    temperature: temperature(1, 'code', 'Of the answers. Released: 1.'),
    a0: number('Weight of the map as it is', 0.08, {
      min: 0,
      max: 1,
      source: 'code',
      help: 'Of the first view.',
    }),
    a1: number('Weight of the map without its mean', 0.06, {
      min: 0,
      max: 1,
      source: 'code',
      help: 'Of the second view.',
    }),
    auto: boolean('Weights times 49 / cells', true, {
      source: 'ours',
      advanced: true,
      help: 'The loss sums over cells; released weights are for 49.',
    }),
    projector: choice(
      'Projector',
      'attention',
      { attention: 'Cross-attention', conv: '1x1 convolution' },
      { source: 'paper', help: 'Ablation: without attention.' },
    ),
    detail: boolean('Second view, without the mean', true, {
      source: 'paper',
      help: 'Ablation of the second view.',
    }),
    through: boolean('Through the teacher’s last stage', true, {
      source: 'paper',
      help: 'Ablation of that path.',
    }),
    heads: integer('Attention heads', 4, {
      min: 1,
      max: 16,
      source: 'ours',
      advanced: true,
      help: 'Fewer where the width does not divide. Released: 3 to 24.',
    }),
    scale: number('Sharpness of the attention', 5, {
      min: 1,
      max: 8,
      step: 0.5,
      source: 'code',
      advanced: true,
      help: 'Multiplies the scores.',
    }),
  },
  terms: { ce: 'Labels', kd: 'Teacher', spatial: 'Map as it is', detail: 'Map without its mean' },
  panels: {
    middle: { kind: 'heatmap', title: 'Where the teacher’s middle cell is read from, in the student’s map' },
    reads: { kind: 'heatmap', title: 'Which cell is read from where', x: 'Student', y: 'Teacher' },
    cosine: { kind: 'lines', title: 'Cosine to the teacher: as it is; without the mean', x: 'Step' },
    places: { kind: 'heatmap', title: 'Cosine by cell: as it is, without the mean' },
    energy: { kind: 'bars', title: 'Share of the mean in the teacher’s map', x: 'Channel', y: 'Share' },
  },
  extras: (build, { params, student, teacher }) => projectors(build, params, student, teacher ?? student),
  losses({ ops, params, extras, student, teacher, supervised }) {
    const { alpha, temperature: t } = params;
    const { wanted, through, last } = mimicry(ops, extras, student, teacher, params.scale);
    const unit = params.auto ? RELEASED_CELLS / (wanted.shape[1] as number) : 1;
    const view = (key: 'spatial' | 'detail', weight: number): Scalar => {
      const made = [through?.[key], last[key]?.tokens].filter((x) => x !== undefined);
      const parts = made.map((x) => distance(ops, x, wanted, key === 'detail'));
      return parts.length ? ops.mul(ops.addN(parts) as Scalar, weight * unit) : ops.scalar(0);
    };
    const soft = ops.crossEntropy(ops.div(student.logits, t), ops.softmax(teacher.logits, t) as Tensor2D);
    return {
      ce: ops.mul(supervised, 1 - alpha),
      kd: ops.mul(soft, alpha * t * t),
      spatial: view('spatial', params.a0),
      detail: view('detail', params.a1),
    };
  },
  probe: ({ ops, params, extras, student, teacher }) =>
    pictures(ops, mimicry(ops, extras, student, teacher, params.scale)),
});
