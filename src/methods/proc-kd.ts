import type { Tensor2D } from '../engine/types';
import { choice, defineMethod, ifWeighted, integer, number } from './kit';
import { modules, teacherTokens } from './proc-kd/modules';
import { pictures } from './proc-kd/pictures';
import { hintPair, ownRoute, teacherOf, teacherRoute } from './proc-kd/routes';

const weight = (label: string, value: number, help: string) =>
  number(label, value, { min: 0, max: 2, step: 0.05, source: 'ours', help });

/** Li et al. 2022 (arXiv) and 2025 (FITEE), with the modules of the released code. */
export default defineMethod({
  id: 'proc-kd',
  name: 'ProC-KD (prototypes across tasks)',
  family: 'features',
  paper: {
    title: 'Prototype-guided Cross-task Knowledge Distillation for Large-scale Models',
    authors: 'Deng Li, Aming Wu, Yahong Han, Qi Tian',
    venue: 'arXiv',
    year: 2022,
    url: 'https://arxiv.org/abs/2212.13180',
  },
  summary:
    'Collects local parts of the teacher’s features in prototypes, so that a teacher of other classes can help.',
  formula: String.raw`\begin{aligned} L &= \mathrm{CE}(z,y) + \lambda_a\mathrm{CE}(z_{aug},y) + \lambda_s\mathrm{CE}(z_{own},y) + \lambda_{kl}\,\mathrm{KL}\big(\mathrm{sg}[p_{aug}]\Vert p\big) + \lambda_h\,\overline{(gX_s-T)^2}\\ z_{aug} &= h\big(\mathrm{LN}[\mathrm{aug}(u)]\big),\quad \mathrm{aug}(x) = \mathrm{ReLU}\big(G[e;A^\top c]+x\big),\quad e = Ex,\; A=\mathrm{softmax}_m(Ec\,e^\top) \end{aligned}`,
  fidelity: 're-derived',
  deviations:
    'Both modules are those of the released code, a NetVLAD read-out and the augmentation by prototypes. Its training script minimises plain cross-entropy and the full text could not be read, so the objective is ours, built from helpers the code never calls; the term on the student’s own tokens is new, as without it the route used in the test is never trained. Tokens are cells of the last layers on the student’s grid. The student’s own end turns enriched tokens into answers, so a transformer normalises them once more.',
  params: {
    prototypes: integer('Prototypes', 24, { min: 2, max: 128, source: 'ours', help: 'Released: 72.' }),
    layers: integer('Layers of the teacher', 3, {
      min: 1,
      max: 3,
      source: 'code',
      help: 'The last so many; all if there are fewer.',
    }),
    augmented: weight(
      'Labels on the teacher’s route',
      1,
      'Trains prototypes and head on enriched teacher features. 0 skips it.',
    ),
    own: weight('Labels on the student’s route', 1, 'Trains the student on its own enriched features.'),
    agree: weight(
      'Agreement of plain and teacher’s route',
      0.5,
      'How much the student copies the answers of the teacher’s route.',
    ),
    hint: weight('Hint', 0, 'Distance to the teacher’s last layer. Alone, it is the usual feature hint.'),
    answers: choice(
      'Answers by',
      'plain',
      { plain: 'The plain student', augmented: 'Its enriched features' },
      { source: 'ours', help: 'Which route is measured. Training is the same.' },
    ),
    source: choice(
      'Features of',
      'teacher',
      { teacher: 'The teacher', random: 'A network that never learned (control)' },
      { source: 'ours', advanced: true, help: 'Is it the teacher’s knowledge, or the extra layers?' },
    ),
  },
  terms: {
    ce: 'Labels',
    augmented: 'Labels, teacher’s route',
    own: 'Labels, student’s route',
    agree: 'Agreement',
    hint: 'Hint',
  },
  roles: {
    reads: () => 'features',
    teachers: ({ source }) => (source === 'random' ? [{ name: 'Never trained' }] : []),
  },
  phases: () => ({ main: { label: 'Training', share: 1, trains: ['student', 'extras'] } }),
  panels: {
    used: { kind: 'bars', title: 'Share of the teacher’s tokens by prototype', x: 'Prototype', y: 'Share' },
    usedOwn: {
      kind: 'bars',
      title: 'Share of the student’s tokens by prototype',
      x: 'Prototype',
      y: 'Share',
    },
    image: { kind: 'heatmap', title: 'The first image' },
    winners: { kind: 'heatmap', title: 'Its prototype at each place: teacher, student' },
    parts: { kind: 'heatmap', title: 'Places most of a prototype, by row: of the teacher, of the student' },
    routes: {
      kind: 'lines',
      title: 'Right in the batch: plain, student’s route, teacher’s route',
      x: 'Step',
    },
  },
  extras: (build, { params, student, teacher }) =>
    modules(build, { layers: params.layers, count: params.prototypes, student, teacher: teacher ?? student }),
  losses(step) {
    const { ops, params, extras, student, targets, supervised } = step;
    const { augmented, own, agree, hint, layers } = params;
    const frozen = teacherOf(step);
    const taught = () => teacherRoute(step, teacherTokens(ops, frozen(), layers, extras.grid).joined);
    const enriched = augmented > 0 || agree > 0 ? taught() : student.logits;
    return {
      ce: supervised,
      augmented: ifWeighted(ops, augmented, () => ops.crossEntropy(enriched, targets)),
      own: ifWeighted(ops, own, () => ops.crossEntropy(ownRoute(step), targets)),
      agree: ifWeighted(ops, agree, () =>
        ops.distillation(student.logits, ops.stopGradient(enriched) as Tensor2D, 1),
      ),
      hint: ifWeighted(ops, hint, () => ops.meanSquaredError(...hintPair(step, student, frozen(), layers))),
    };
  },
  predict: (step) => (step.params.answers === 'plain' ? step.student.logits : ownRoute(step)),
  probe(step) {
    const { ops, params, extras, student, images, labels } = step;
    const { joined } = teacherTokens(ops, teacherOf(step)(), params.layers, extras.grid);
    const answers = [student.logits, ownRoute(step), teacherRoute(step, joined)];
    return pictures(ops, { extras, student, images, labels, joined, answers });
  },
});
