import type { NetOutput, Ops, Shape, Tensor, Tensor2D } from '../engine/types';
import { choice, defineMethod, ifWeighted, integer, number, temperature } from './kit';
import {
  adjacency,
  coldness,
  context,
  deepest,
  globalLoss,
  localLoss,
  neighbours,
  patches,
  sample,
} from './trg/graph';

/** Tokens of both networks on one grid, `[b, n, d]` each. */
function tokensOf(ops: Ops, student: NetOutput, teacher: NetOutput, patch: number): [Tensor, Tensor] {
  const map = ({ taps }: NetOutput) => ops.toMap(deepest(taps, (x) => x.shape.slice(1)));
  const [s, t] = ops.poolToSmaller(map(student), map(teacher));
  const fit = (size: number) => Math.max(patch, size - (size % patch));
  const [h, w] = [fit(s.shape[1]), fit(s.shape[2])];
  return [patches(ops, ops.poolTo(s, h, w), patch), patches(ops, ops.poolTo(t, h, w), patch)];
}

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
    student: { kind: 'heatmap', title: 'Token graph of the student' },
    teacher: { kind: 'heatmap', title: 'Token graph of the teacher' },
    recall: { kind: 'lines', title: 'Share of the teacher’s neighbours found', x: 'Step', y: 'Share' },
  },
  extras(build, { params, student, teacher }) {
    const width = (taps: Readonly<Record<string, Shape>>) =>
      (deepest(taps, (shape) => shape).at(-1) as number) * params.patch ** 2;
    const [from, to] = [width(student.taps), width(teacher?.taps ?? student.taps)];
    return { project: build.dense('project', [from], to, { bias: false }) as (x: Tensor) => Tensor };
  },
  losses({ ops, params, extras, student, teacher, supervised, random, epoch, epochs }) {
    const all = tokensOf(ops, student, teacher, params.patch);
    const [s, t] = sample(ops, random, all, params.tokens);
    const graph = (rows: Tensor2D) => {
      const { mask, sigma } = neighbours(ops, rows, params.k);
      return adjacency(ops, rows, mask, sigma);
    };
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
  probe({ ops, params, student, teacher, random }) {
    const rows = sample(ops, random, tokensOf(ops, student, teacher, params.patch), params.tokens);
    const [s, t] = rows.map((x) => ({ x, ...neighbours(ops, x, params.k) }));
    if (!s || !t) return {};
    const found = ops.div(ops.sum(ops.mul(s.mask, t.mask)), ops.maximum(ops.sum(t.mask), 1));
    const graph = (g: typeof s) => adjacency(ops, g.x, g.mask, g.sigma);
    return { student: graph(s), teacher: graph(t), recall: found };
  },
});
