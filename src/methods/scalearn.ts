import type { Tensor } from '../engine/types';
import { defineMethod } from './kit';
import { answer, used } from './scalearn/answer';
import { transferParameters } from './scalearn/maths';
import { memoryOf } from './scalearn/memory';
import { params } from './scalearn/params';
import { type Parts, partsOf } from './scalearn/parts';
import { phasesOf } from './scalearn/phases';
import { study } from './scalearn/study';
import { stageLosses } from './scalearn/train';

/** Frohmann et al. 2024: adapters of several tasks are kept as they are, and only how strongly each counts is learnt. */
export default defineMethod({
  id: 'scalearn',
  name: 'ScaLearn',
  family: 'multi-teacher',
  paper: {
    title: 'ScaLearn: Simple and Highly Parameter-Efficient Task Transfer by Learning to Scale',
    authors: 'Markus Frohmann, Carolin Holtermann, Shahed Masoudian, Anne Lauscher, Navid Rekabsaz',
    venue: 'Findings of ACL',
    year: 2024,
    url: 'https://arxiv.org/abs/2310.01217',
  },
  summary:
    'A small adapter is learnt for each task on a frozen network; for the target only the strength of each is learnt.',
  formula: String.raw`h' = h + \sum_t \omega_t\odot\big(W^u_t\,\mathrm{ReLU}(W^d_t\,\mathrm{norm}(h)+b^d_t)+b^u_t\big),\qquad \omega_t\sim\mathcal N(2/n,\,0.001)`,
  fidelity: 'adapted',
  deviations:
    'The paper transfers between data sets of sentences on RoBERTa; here tasks are other labels of the same images, and the backbone is trained in the run, on the source tasks together or on quarter turns, then frozen. An adapter sits behind every inner activation of the network, reads it through a layer norm without weights, and adds to it; the transformer’s own norm around an adapter is not repeated. All adapters learn at the same time, which is the same as one after the other as they share nothing that learns. Networks whose layers differ in width share a vector among layers of one width. The target is the class; its own adapter is the last of the list. Regression targets and the penalty on scales that the code has switched off are left out. The sliders are ours. The picture of accuracy by numbers averages the learnt scales down; it trains no other form.',
  params,
  terms: { backbone: 'Backbone', sources: 'Source tasks', target: 'Target' },
  roles: { teacher: 'none', pool: { optional: true } },
  phases: phasesOf,
  panels: {
    scales: {
      kind: 'heatmap',
      title: 'Mean scale of each task (rows, the target’s own last) at each layer',
      x: 'Layer',
      y: 'Task',
    },
    size: {
      kind: 'bars',
      title: 'Numbers learnt for the target, powers of ten',
      groups: ['Uniform++', 'Uniform', 'ScaLearn++', 'ScaLearn'],
      y: 'log10 of parameters',
    },
    trade: {
      kind: 'scatter',
      title: 'Validation accuracy by numbers: scales as learnt, and averaged to fewer',
      x: 'log10 of numbers',
      y: 'Accuracy',
    },
    grid: {
      kind: 'heatmap',
      title: 'Validation accuracy with two adapters alone, scales 0 to 1',
      x: 'The target’s own',
      y: 'Strongest source',
    },
  },
  extras: (build, given): Parts => partsOf(build, given),
  prepare: (pass) => memoryOf(pass),
  begin: (phase, pass, _, values) => (phase === 'study' ? study(pass, values) : undefined),
  losses: stageLosses,
  predict: (given) => answer(given),
  probe({ ops, params, extras }): Readonly<Record<string, Tensor>> {
    if (extras.scales.length === 0) return {};
    const columns = extras.taps.map((tap) =>
      ops.stack(used(ops, extras, params, tap).map((scale) => ops.mean(scale))),
    );
    const widths = extras.taps.map((tap) => extras.widths[tap] as number);
    const sizes = (['uniform++', 'uniform', 'scalearn++', 'scalearn'] as const).map((form) =>
      Math.log10(transferParameters(form, widths, extras.tasks.length)),
    );
    const found = extras.study
      ? { trade: ops.mul(extras.study.trade, 1), grid: ops.mul(extras.study.grid, 1) }
      : {};
    return { scales: ops.stack(columns, 1), size: ops.tensor1d(sizes), ...found };
  },
});
