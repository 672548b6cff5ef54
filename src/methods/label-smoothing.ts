import { defineMethod, number } from './kit';

/** Szegedy et al. 2016, section 7: a little of the target goes to every class alike. */
export default defineMethod({
  id: 'label-smoothing',
  name: 'Label smoothing',
  family: 'baseline',
  paper: {
    title: 'Rethinking the Inception Architecture for Computer Vision',
    authors: 'Christian Szegedy, Vincent Vanhoucke, Sergey Ioffe, Jonathon Shlens, Zbigniew Wojna',
    venue: 'CVPR',
    year: 2016,
    url: 'https://arxiv.org/abs/1512.00567',
  },
  summary: 'No teacher: a small share of every label is spread evenly over all classes.',
  formula: String.raw`L = -\overline{\textstyle\sum_k q_k \log p_{s,k}},\quad q = (1-\varepsilon)\,\mathbf 1_y + \varepsilon/K`,
  fidelity: 'as published',
  deviations: 'None. The true class gets its share of the smoothing too, as in the paper.',
  params: {
    epsilon: number('Smoothing', 0.1, {
      min: 0,
      max: 0.9,
      step: 0.01,
      source: 'paper',
      help: 'Share of the label that is spread over all classes. 0 is plain training.',
    }),
  },
  terms: { ce: 'Smoothed labels' },
  roles: { teacher: 'none' },
  panels: {
    certainty: {
      kind: 'lines',
      title: 'Probability of the true class: given; asked for',
      x: 'Step',
    },
  },
  losses({ ops, params: { epsilon }, student, targets, classes }) {
    const smoothed = ops.add(ops.mul(targets, 1 - epsilon), epsilon / classes);
    return { ce: ops.crossEntropy(student.logits, smoothed as typeof targets) };
  },
  probe({ ops, params: { epsilon }, student, targets, classes }) {
    const given = ops.mean(ops.sum(ops.mul(ops.softmax(student.logits), targets), -1));
    return { certainty: ops.stack([given, ops.scalar(1 - epsilon + epsilon / classes)]) };
  },
});
