import type { Tensor1D, Tensor2D } from '../engine/types';
import { choice, defineMethod, integer, number } from './kit';
import { compare } from './twin-merging/compare';
import { copyBase, fuse } from './twin-merging/fuse';
import { chosenHead, gates, headLogits } from './twin-merging/gates';
import { grow } from './twin-merging/parts';
import { phasesOf, seatsOf } from './twin-merging/phases';
import { panels, pictures } from './twin-merging/pictures';
import { more } from './twin-merging/settings';
import { baseLoss, deal, expertsLoss, routerLoss } from './twin-merging/tasks';

/** Lu et al. 2024, sections 3.2 and 3.3, and the released sparsify.py, param.py and merge.py. */
export default defineMethod({
  id: 'twin-merging',
  name: 'Twin-Merging',
  family: 'multi-teacher',
  paper: {
    title: 'Twin-Merging: Dynamic Integration of Modular Expertise in Model Merging',
    authors: 'Zhenyi Lu, Chenghao Fan, Wei Wei, Xiaoye Qu, Dangyang Chen, Yu Cheng',
    venue: 'NeurIPS',
    year: 2024,
    url: 'https://arxiv.org/abs/2406.15479',
  },
  summary:
    'Experts of one start are averaged into one network; what is special of each is kept small, and a router adds it back input by input.',
  formula: String.raw`\theta^* = \theta_0 + \gamma\sum_t(\theta_t-\theta_0),\quad v_t = \mathrm{SVD}_r(\theta_t-\theta^*),\quad \theta(x) = \theta^* + \sum_t w_t(x)\,v_t,\quad w=\sigma\big(\mathrm{router}(h_{\theta^*}(x))\big)`,
  fidelity: 'adapted',
  deviations:
    'Base and experts are trained in the run, or kept networks; experts are parts of one data set, not whole tasks. Experts fine-tune dense and convolution layers only: norms, their statistics and all other weights stay the base’s, so that what is merged is linear. The network of an input is never built: its layers add low-rank products. The released evaluation takes the head of the true task; here the router names it, and tables show both. The released rank truncates and can be 0; here it is at least 1. The router reads the embedding, has 64 units and learns at the student’s rate. Predictions below a probability of e⁻²⁰ and of other tasks’ classes are lifted to it.',
  params: {
    density: number('Share kept', 0.25, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'ours',
      help: 'Of the rank, or of the entries. 0: nothing. Released: 0.1, for larger networks.',
    }),
    gamma: number('Shared factor', 0.3, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'code',
      help: 'How much of all experts goes into the shared network. 1 over their number is the average.',
    }),
    tasks: integer('Experts', 3, {
      min: 2,
      max: 5,
      source: 'ours',
      fixed: true,
      help: 'One for each part of the problem.',
    }),
    split: choice(
      'Their tasks are',
      'lot',
      {
        lot: 'Classes, drawn by lot',
        groups: 'Groups of classes, where there are some',
        views: 'All classes, each seen in another way',
      },
      { source: 'ours', fixed: true, help: 'Views: as it is, inverted, edges, other colours, mirrored.' },
    ),
    start: choice(
      'The base learns',
      'classes',
      { classes: 'All classes', turns: 'By how much images were turned' },
      { source: 'ours', fixed: true, help: 'Experts begin where it ends.' },
    ),
    share: number('Share of the run for the base', 0.2, {
      min: 0.05,
      max: 0.6,
      step: 0.05,
      source: 'ours',
      fixed: true,
      help: 'The router has a fifth, the experts the rest.',
    }),
    mask: choice(
      'What is exclusive is kept as',
      'svd',
      { svd: 'Few singular values', magnitude: 'Its largest entries', bernoulli: 'Entries drawn by lot' },
      { source: 'paper', help: 'The first is the method; the others are its ablations.' },
    ),
    ...more,
  },
  terms: { base: 'Base', experts: 'Experts', router: 'Router' },
  roles: { teacher: 'none', peers: ({ tasks }) => 1 + tasks, seats: seatsOf },
  phases: ({ share, tasks }) => phasesOf(share, tasks),
  panels,
  extras: grow,
  prepare: deal,
  async begin(phase, pass, memory, params) {
    if (phase === 'experts') await copyBase(pass, params);
    if (phase === 'merge') await fuse(pass, memory, params);
    if (phase === 'compare') await compare(pass, memory, params);
  },
  async retune(phase, pass, memory, params) {
    if (phase === 'router') await fuse(pass, memory, params);
  },
  losses(step) {
    const { ops, phase } = step;
    const none = { base: ops.scalar(0), experts: ops.scalar(0), router: ops.scalar(0) };
    if (phase === 'base') return { ...none, base: baseLoss(step) };
    return phase === 'experts'
      ? { ...none, experts: expertsLoss(step) }
      : { ...none, router: routerLoss(step) };
  },
  predict({ ops, params, extras, phase, images, student, forward }) {
    if (phase === 'base' || phase === 'experts') return student.logits;
    const z = extras.router(ops, student.embedding);
    const hooks = gates(ops, extras, params, ops.softmax(z) as Tensor2D);
    const head = ops.oneHot(ops.argMax(z) as Tensor1D, params.tasks);
    return chosenHead(ops, headLogits(ops, extras, forward(images, { hooks }).embedding), head);
  },
  probe: (step) => (step.phase === 'router' ? pictures(step) : {}),
});
