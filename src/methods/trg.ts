import type { Shape, Tensor, Tensor2D } from '../engine/types';
import { choice, defineMethod, ifWeighted, integer, number, temperature } from './kit';
import { coldness, context, globalLoss, graphOf, localLoss, pick, places } from './trg/graph';
import { pictures } from './trg/pictures';
import { deepest, tokensOf } from './trg/tokens';

/** The weights have no published values. */
const weight = (label: string, value: number, max: number, help: string) =>
  number(label, value, { min: 0, max, step: max / 100, source: 'ours', help });

const matching = (label: string, value: number, help: string) =>
  number(label, value, { min: 0.05, max: 2, source: 'ours', advanced: true, help });

/** Zhang et al. 2023: graphs over image tokens, within and across images. */
export default defineMethod({
  id: 'trg',
  name: 'Token relation graph',
  family: 'relations',
  paper: {
    title: 'Knowledge Distillation via Token-level Relationship Graph',
    authors: 'Shuoxi Zhang, Hanpeng Liu, Kun He',
    venue: 'arXiv',
    year: 2023,
    url: 'https://arxiv.org/abs/2306.12442',
  },
  summary: 'Cuts images into tokens and copies which tokens look alike, across images and within one.',
  formula: String.raw`\begin{aligned} L &= \mathrm{CE} + \lambda T^2\mathrm{KL} + \alpha L_{in} + \beta L_{loc} + \gamma L_{glob},\quad A_{ij} = [i\in\mathrm{kNN}(j)]\,e^{-\lVert t_i-t_j\rVert^2/2\sigma}\\ L_{loc} &= \overline{\mathrm{KL}\big(p(A_t)\Vert p(A_s)\big)},\; L_{glob} = -\overline{\log p_i\big(\cos(Wt^s_i,t^t_\cdot)/\tau\big)},\; L_{in} = \overline{(C_t-C_s)^2} \end{aligned}`,
  fidelity: 're-derived',
  deviations:
    'Re-derived from summaries: no code is public. Ours: a token is not its own neighbour, the width of the kernel is the mean length of the graph’s edges, means in place of sums, the law by which the temperature falls, the weights. Tokens come from the deepest layers in which both nets have 16 cells; at most 512 per batch enter the graph.',
  params: {
    inner: weight('Within one image (alpha)', 100, 500, 'Large, as the raw values are about 0.0001.'),
    local: weight('Neighbourhoods (beta)', 1, 5, 'How much the web of look-alikes counts.'),
    global: weight('Matching tokens (gamma)', 0.5, 2, 'How much finding the own token counts.'),
    kd: weight('Weight of distillation', 1, 4, 'How much plain distillation counts.'),
    temperature: temperature(4, 'ours'),
    k: integer('Neighbours per token', 8, {
      min: 1,
      max: 32,
      source: 'ours',
      help: 'Edges into each token.',
    }),
    tokens: integer('Tokens per image', 4, {
      min: 1,
      max: 64,
      source: 'ours',
      help: 'Random positions, the same in both nets.',
    }),
    patch: integer('Cells per side of a token', 1, {
      min: 1,
      max: 4,
      source: 'ours',
      advanced: true,
      help: 'More: fewer, larger tokens.',
    }),
    high: matching('Matching temperature, first epoch', 1, 'Soft: coarse matching first.'),
    low: matching('Matching temperature, last epoch', 0.1, 'Sharp: the hardest tokens last.'),
    direction: choice(
      'Order of the divergence',
      'teacher',
      { teacher: 'Teacher first', student: 'Student first' },
      { source: 'ours', advanced: true, help: 'The source leaves it open.' },
    ),
  },
  terms: { ce: 'Labels', kd: 'Teacher', inner: 'Within image', local: 'Neighbours', global: 'Matching' },
  roles: { reads: ({ kd }) => (kd === 0 ? 'features' : 'answers') },
  panels: {
    images: {
      kind: 'images',
      title: 'Tokens that look alike',
      groups: ['Teacher', 'Student'],
      boxes: 'tokens',
      links: 'graphs',
    },
    student: { kind: 'heatmap', title: 'Token graph of the student' },
    teacher: { kind: 'heatmap', title: 'Token graph of the teacher' },
    context: { kind: 'heatmap', title: 'Inside the first image: student, then teacher' },
    tau: { kind: 'lines', title: 'Matching temperature', x: 'Step', y: 'Temperature' },
    recall: { kind: 'lines', title: 'Share of the teacher’s neighbours found', x: 'Step', y: 'Share' },
  },
  extras(build, { params, student, teacher }) {
    const width = (taps: Readonly<Record<string, Shape>>) =>
      (deepest(taps, (shape) => shape).at(-1) as number) * params.patch ** 2;
    const [from, to] = [width(student.taps), width(teacher?.taps ?? student.taps)];
    return { project: build.dense('project', [from], to, { bias: false }) as (x: Tensor) => Tensor };
  },
  losses({ ops, params, extras, student, teacher, supervised, random, epoch, epochs }) {
    const { all } = tokensOf(ops, student, teacher, params.patch);
    const [s, t] = pick(ops, places(ops, random, all[0], params.tokens), all) as [Tensor2D, Tensor2D];
    const graph = (rows: Tensor2D) => graphOf(ops, rows, params.k).edges;
    const tau = coldness(ops, epoch, epochs, params.high, params.low);
    const kd = () => ops.distillation(student.logits, teacher.logits, params.temperature);
    return {
      ce: supervised,
      kd: ifWeighted(ops, params.kd, kd),
      inner: ops.mul(ops.meanSquaredError(context(ops, all[0]), context(ops, all[1])), params.inner),
      local: ops.mul(localLoss(ops, graph(s), graph(t), params.direction === 'teacher'), params.local),
      global: ops.mul(globalLoss(ops, extras.project(s), t, tau), params.global),
    };
  },
  probe({ ops, params, images, student, teacher, random, epoch, epochs }) {
    const { all, grid } = tokensOf(ops, student, teacher, params.patch);
    const at = places(ops, random, all[0], params.tokens);
    const tau = coldness(ops, epoch, epochs, params.high, params.low);
    return { ...pictures(ops, { all, grid, at, k: params.k, images }), tau: ops.reshape(tau, [1]) };
  },
});
