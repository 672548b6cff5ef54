import { defineMethod } from './kit';
import { form } from './knowledge-concentration/form';
import { chosenLayout, specialistsOf } from './knowledge-concentration/layout';
import { insideAndOut, placed } from './knowledge-concentration/losses';
import { group, listen, prepareMemory } from './knowledge-concentration/memory';
import { pictures } from './knowledge-concentration/pictures';
import { reviewed } from './knowledge-concentration/review';
import { allLessons } from './knowledge-concentration/specialists';
import { classLogits, equip, scoresOf, truthOf } from './knowledge-concentration/student';

/** Gao et al. 2017: specialists of verticals, concentrated into one network. */
export default defineMethod({
  id: 'knowledge-concentration',
  name: 'Knowledge concentration',
  family: 'multi-teacher',
  paper: {
    title: 'Knowledge Concentration: Learning 100K Object Classifiers in a Single CNN',
    authors: 'Jiyang Gao, Zijian (James) Guo, Zhen Li, Ram Nevatia',
    venue: 'arXiv',
    year: 2017,
    url: 'https://arxiv.org/abs/1711.07607',
  },
  summary:
    'Classes lie in groups. A specialist learns each group; the student listens to the one in charge, at a pace for each group and with last layers of its own for each.',
  formula: String.raw`L=\tfrac1B\sum_i\sum_{j=1}^{N}\big[-z^*_{ij}\log\sigma(y_{ij})-(1-z^*_{ij})\log(1-\sigma(y_{ij}))\big],\quad z^*_{ij}=\begin{cases}\sigma(t^v_{ij})& j\in\mathrm{top}_k(V_v)\\0&\text{else}\end{cases},\quad y_j=\gamma_v\frac{x_j}{\lVert x_v\rVert_2}`,
  fidelity: 're-derived',
  deviations:
    'Re-derived from a summary of the paper: no code is public. That norms are taken inside a vertical is inferred; over all logits is the other choice. Specialists train side by side in a share of the run, each on its images of the batch (room for a quarter more than is usual; what is beyond waits for another epoch). Verticals are the folders above the classes, or made up: by names, by lot, or by what the run’s teacher confuses, in even sizes (ours). A scale is its start plus a learned part, so weight decay pulls to the start. Scores of verticals are not on one scale, so that two numbers for each are fitted to the labels for predictions; they never touch the student (ours). AP of a vertical is over its own images.',
  params: form,
  terms: {
    specialists: 'Specialists',
    inside: 'Own vertical',
    outside: 'Other verticals',
    scale: 'Scale of scores',
  },
  roles: {
    teacher: 'none',
    teachers(params, facts) {
      return params.distill
        ? specialistsOf(chosenLayout(params, facts), facts.classNames, params.groups)
        : [];
    },
  },
  phases({ distill, share, groups }) {
    const found = groups === 'confusion';
    const first = distill
      ? { specialists: { label: 'Specialists', share, trains: ['teacher'] as const } }
      : { wait: { label: 'Waiting', share, trains: [] } };
    return {
      ...(found ? { group: { label: 'Finding verticals', share: 0, hostOnly: true } as const } : {}),
      ...first,
      learn: { label: 'Student', share: 1 - share, trains: ['student', 'extras'] },
    };
  },
  panels: {
    pace: { kind: 'lines', title: 'Scale of each vertical', x: 'Step' },
    losses: { kind: 'lines', title: 'Loss in the outputs of each vertical', x: 'Step' },
    mean: { kind: 'lines', title: 'Mean average precision: student, specialists', x: 'Step' },
    precision: {
      kind: 'curves',
      title: 'Average precision of each vertical, validation',
      groups: ['Student', 'Specialists'],
      x: 'Vertical',
    },
    blocks: { kind: 'heatmap', title: 'Vertical answered, as shares', x: 'Answered', y: 'True' },
    weights: { kind: 'bars', title: 'Weights of last layers', groups: ['FC', 'FC-SC', 'SC-SC', 'Shared'] },
  },
  extras: equip,
  prepare: prepareMemory,
  async begin(phase, pass, memory, params) {
    if (phase === 'group') await group(pass, memory);
    if (phase === 'learn' && params.distill) await listen(pass, memory, params.topK);
  },
  losses(step) {
    const { ops, params, extras, phase, memory, student, targets, index } = step;
    const none = ops.scalar(0);
    const rest = { specialists: none, inside: none, outside: none, scale: none };
    if (phase === 'wait') return rest;
    const { hot, mask } = truthOf(ops, extras, targets);
    if (phase === 'specialists') return { ...rest, specialists: allLessons(step, extras.layout, hot, mask) };
    const y = scoresOf(ops, extras, params, student.embedding);
    const z = params.distill ? placed(ops, memory.answers.read(index), mask, extras.layout) : hot;
    const [inside, outside] = insideAndOut(ops, y, z, mask, extras.layout);
    const compared = classLogits(ops, extras, params, ops.stopGradient(y));
    const scale = params.calibrate ? ops.crossEntropy(compared, targets) : none;
    return { specialists: none, inside, outside, scale };
  },
  predict: ({ ops, params, extras, student }) =>
    classLogits(ops, extras, params, scoresOf(ops, extras, params, student.embedding)),
  probe: pictures,
  review: (seen, _, { layout, classAt }) => reviewed(seen, layout, classAt),
});
