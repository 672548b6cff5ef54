import type { Scalar } from '../engine/types';
import { jointTeacher, type Measured, measure, type Rule } from './kdcl/joint';
import { agreement, choice, defineMethod, integer, number } from './kit';

/** Guo et al. 2020, section 3. */
export default defineMethod({
  id: 'kdcl',
  name: 'Collaborative learning',
  family: 'online',
  paper: {
    title: 'Online Knowledge Distillation via Collaborative Learning',
    authors: 'Qiushan Guo, Xinjiang Wang, Yichao Wu, Zhipeng Yu, Ding Liang, Xiaolin Hu, Ping Luo',
    venue: 'CVPR',
    year: 2020,
    url: 'https://openaccess.thecvf.com/content_CVPR_2020/html/Guo_Online_Knowledge_Distillation_via_Collaborative_Learning_CVPR_2020_paper.html',
  },
  summary: 'No teacher: a few students learn together from one answer that is built from the best of theirs.',
  formula: String.raw`L = \sum_i \mathrm{CE}(z_i,y) + \lambda T^2\,\overline{\mathrm{KL}(p_t^T\Vert p_i^T)},\quad z_{t,k}=\min_i\,(z_{i,k}-z_{i,y})\ \text{(MinLogit)}`,
  fidelity: 're-derived',
  deviations:
    'No official code is public. All peers see the same images; in the paper each has its own augmentation. "General" measures the errors on the validation images before every epoch; "Linear" takes ten steps towards the best mixture of each image. Only the first peer is reported.',
  params: {
    peers: integer('Students', 2, {
      min: 2,
      max: 4,
      source: 'paper',
      help: 'How many learn together; the first is reported.',
    }),
    rule: choice<Rule>(
      'Joint answer',
      'minlogit',
      {
        minlogit: 'MinLogit: least logit of each wrong class',
        naive: 'Naive: the best student of each image',
        linear: 'Linear: best mixture of each image',
        general: 'General: mixture with the least error',
      },
      { source: 'paper', help: 'How the answer that teaches is built from those of the students.' },
    ),
    temperature: number('Temperature', 2, {
      min: 1,
      max: 10,
      step: 0.5,
      source: 'paper',
      help: 'Softens the answers.',
    }),
    weight: number('Weight of the joint answer', 1, {
      min: 0,
      max: 10,
      step: 0.1,
      source: 'paper',
      help: 'How much the joint answer counts beside the labels.',
    }),
  },
  terms: { ce: 'Labels', joint: 'Joint answer' },
  roles: { teacher: 'none', peers: ({ peers }) => peers },
  panels: {
    joint: { kind: 'lines', title: 'Cross-entropy: mean of the peers; joint answer', x: 'Step' },
    agreement: { kind: 'heatmap', title: 'Share of images on which two students agree' },
  },
  extras: (build, { params: { rule, peers } }): Measured | undefined =>
    rule === 'general' ? { weights: build.state('general', [peers], 1 / peers) } : undefined,
  epoch: (_, pass) => measure(pass),
  losses({ ops, params, extras, students, targets }) {
    const logits = students.map((each) => each.logits);
    const teacher = jointTeacher(ops, params.rule, logits, targets, extras);
    const matched = logits.map((z) => ops.distillation(z, teacher, params.temperature));
    return {
      ce: ops.addN(logits.map((z) => ops.crossEntropy(z, targets))) as Scalar,
      joint: ops.mul(ops.addN(matched) as Scalar, params.weight),
    };
  },
  probe({ ops, params, extras, students, targets }) {
    const logits = students.map((each) => each.logits);
    const joint = jointTeacher(ops, params.rule, logits, targets, extras);
    const peers = ops.div(ops.addN(logits.map((z) => ops.crossEntropy(z, targets))), logits.length);
    return { joint: ops.stack([peers, ops.crossEntropy(joint, targets)]), agreement: agreement(ops, logits) };
  },
});
